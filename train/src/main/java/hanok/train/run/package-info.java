/** Runs: the loop that trains, and the checkpoints it can go on from. */
@org.jspecify.annotations.NullMarked
package hanok.train.run;
