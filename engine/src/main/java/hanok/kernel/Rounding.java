package hanok.kernel;

/**
 * How a format's {@link Format#dot} rounds the activations that it multiplies with. The two
 * roundings are those of ggml ({@code Q8_0} and {@code Q8_K}), to the bit, so that answers agree
 * with llama.cpp's: finer levels would be nearer to the unrounded model, but farther from what
 * everybody who runs a quantised file knows it to say.
 */
public enum Rounding {
  /** Not at all. */
  NONE(1),
  /** To integers in [-127, 127], with one fp16 scale for 32 values. */
  BY_32(32),
  /** To integers in [-127, 127], with one float scale for 256 values. */
  BY_256(256);

  /** The largest level. Two products with 6-bit weights still add up in 16 bits. */
  static final int LEVEL_MAX = 127;

  private final int block;

  Rounding(int block) {
    this.block = block;
  }

  /** Values that share a scale. */
  int block() {
    return block;
  }

  /** The rounded values, in plain scalar code: the definition. */
  public float[] apply(float[] x) {
    float[] rounded = x.clone();
    for (int from = 0; this != NONE && from < x.length; from += block) {
      float max = 0;
      for (int i = from; i < from + block; i++) {
        max = Math.max(max, Math.abs(x[i]));
      }
      float inverse = max == 0 ? 0 : LEVEL_MAX / max;
      for (int i = from; i < from + block; i++) {
        float level = (float) Math.rint(x[i] * inverse) + 0f; // -0 becomes 0
        rounded[i] = level * scale(max, inverse);
      }
    }
    return rounded;
  }

  /** What one level is worth in a block whose largest magnitude is {@code max}. */
  float scale(float max, float inverse) {
    if (max == 0) {
      return 0;
    }
    return this == BY_32
        ? Float.float16ToFloat(Float.floatToFloat16(max / LEVEL_MAX))
        : 1 / inverse;
  }
}
