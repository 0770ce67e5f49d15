/** The commands, in Korean and English. */
@org.jspecify.annotations.NullMarked
package hanok.cli;
