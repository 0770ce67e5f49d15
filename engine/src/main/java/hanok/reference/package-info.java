@org.jspecify.annotations.NullMarked
package hanok.reference;
