@org.jspecify.annotations.NullMarked
package hanok.engine;
