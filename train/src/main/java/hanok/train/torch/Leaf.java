package hanok.train.torch;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A weight, or several that lie side by side, as computations use it.
 *
 * @param value in the type of computations
 * @param gradient where its gradients are summed, of the same shape; null if it does not learn
 */
record Leaf(Tensor value, @Nullable Tensor gradient) {}
