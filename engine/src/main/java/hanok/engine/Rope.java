package hanok.engine;

import hanok.model.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding of many tokens at once: the sines and cosines of a batch are computed
 * once and serve every head of every layer.
 *
 * @see <a href="https://arxiv.org/abs/2104.09864">RoFormer, section 3.4.2</a>
 */
final class Rope {
  private final int headDim;
  private final int pairs;
  private final boolean halves;
  private final double[] frequencies; // [pairs], radians a position
  private final float[] cos; // [tokens * pairs]
  private final float[] sin;

  /**
   * @param factors {@code [ropeDim / 2]}, by which frequencies are divided (EXAONE 3.5); null for
   *     none
   * @param tokensMax the largest batch
   */
  Rope(ModelConfig config, float @Nullable [] factors, int tokensMax) {
    headDim = config.headDim();
    pairs = config.ropeDim() / 2;
    halves = config.architecture() == ModelConfig.Architecture.EXAONE;
    frequencies = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      double frequency = Math.pow(config.ropeTheta(), -2.0 * i / config.ropeDim());
      frequencies[i] = frequency / config.ropeScale() / (factors == null ? 1 : factors[i]);
    }
    cos = new float[tokensMax * pairs];
    sin = new float[tokensMax * pairs];
  }

  /** Prepares for the {@code t}-th token of a batch, which is at {@code position}. */
  void prepare(int t, int position) {
    for (int i = 0; i < pairs; i++) {
      double angle = position * frequencies[i];
      cos[t * pairs + i] = (float) Math.cos(angle);
      sin[t * pairs + i] = (float) Math.sin(angle);
    }
  }

  /** Rotates every head of tokens {@code [from, end)} of {@code x}, {@code [tokens][width]}. */
  void rotate(float[] x, int width, int from, int end) {
    int stride = halves ? 1 : 2;
    int partner = halves ? pairs : 1;
    for (int t = from; t < end; t++) {
      for (int head = t * width; head < (t + 1) * width; head += headDim) {
        for (int i = 0; i < pairs; i++) {
          int a = head + i * stride;
          int b = a + partner;
          float c = cos[t * pairs + i];
          float s = sin[t * pairs + i];
          float rotated = x[a] * c - x[b] * s;
          x[b] = x[a] * s + x[b] * c;
          x[a] = rotated;
        }
      }
    }
  }
}
