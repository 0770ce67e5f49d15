/** Text for a model to learn from. */
@org.jspecify.annotations.NullMarked
package hanok.corpus;
