@org.jspecify.annotations.NullMarked
package hanok.kernel;
