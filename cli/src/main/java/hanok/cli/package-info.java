@org.jspecify.annotations.NullMarked
package hanok.cli;
