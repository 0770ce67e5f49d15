/** The tokenizer workshop: trains vocabularies and compares them. */
@org.jspecify.annotations.NullMarked
package hanok.token.train;
