/** What the command lines of all rooms share: language, failures, progress, settings. */
@org.jspecify.annotations.NullMarked
package hanok.console;
