package hanok.train.torch;

import org.bytedeco.pytorch.Tensor;

/**
 * Queries, keys and values, or their gradients.
 *
 * @param query {@code [tokens, heads, headDim]}
 * @param key {@code [tokens, kvHeads, headDim]}, as {@code value}
 */
record Heads(Tensor query, Tensor key, Tensor value) {}
