/** Pre-training and fine-tuning. */
@org.jspecify.annotations.NullMarked
package hanok.train;
