/**
 * Watching a run: numbers on the console, in files, in TensorBoard, and in a report with curves.
 */
@org.jspecify.annotations.NullMarked
package hanok.train.watch;
