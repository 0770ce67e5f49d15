@org.jspecify.annotations.NullMarked
package hanok.quantize;
