/**
 * Files of smaller types: which tensor gets which, and models of random weights to measure with.
 */
@org.jspecify.annotations.NullMarked
package hanok.quantize;
