package hanok.train.torch;

import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The types of numbers of a learner.
 *
 * @param master of weights, moments, gradients, norms and losses
 * @param compute of the factors of products
 */
record Types(ScalarType master, ScalarType compute) {
  static Types of(Precision precision) {
    return switch (precision) {
      case FP32 -> new Types(ScalarType.Float, ScalarType.Float);
      case BF16 -> new Types(ScalarType.Float, ScalarType.BFloat16);
    };
  }
}
