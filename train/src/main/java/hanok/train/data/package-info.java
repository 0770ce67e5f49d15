/**
 * What a model reads while it learns: shards of tokens, windows of them in a shuffled and mixed
 * order, and chats packed into rows.
 */
@org.jspecify.annotations.NullMarked
package hanok.train.data;
