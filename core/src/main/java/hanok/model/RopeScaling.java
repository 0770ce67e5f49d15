package hanok.model;

/** How EXAONE 3.5 and Llama 3.1 stretch RoPE to a longer context than they were pre-trained on. */
final class RopeScaling {
  private RopeScaling() {}

  /**
   * What each rotary frequency is divided by: 1 for wavelengths short against the original context,
   * {@code factor} for long ones, and a blend between.
   *
   * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/conversion/exaone.py">the same in
   *     llama.cpp's converter</a>, which writes them as {@code rope_freqs.weight}
   */
  static float[] llama3(float theta, int ropeDim, JsonFile config, JsonFile scaling) {
    double factor = scaling.real("factor", 8);
    double low = scaling.real("low_freq_factor", 1);
    double high = scaling.real("high_freq_factor", 4);
    JsonFile owner = scaling.has("original_max_position_embeddings") ? scaling : config;
    double context = owner.real("original_max_position_embeddings", 8192);
    if (!(factor > 0 && low > 0 && high > low && context > 0)) {
      throw config.malformed(
          "RoPE scaling by %s between %s and %s of %s tokens"
              .formatted(factor, low, high, context));
    }
    float[] factors = new float[ropeDim / 2];
    for (int i = 0; i < factors.length; i++) {
      double wavelength = 2 * Math.PI * Math.pow(theta, 2.0 * i / ropeDim);
      double smooth = (context / wavelength - low) / (high - low);
      if (wavelength < context / high) {
        factors[i] = 1;
      } else if (wavelength > context / low) {
        factors[i] = (float) factor;
      } else {
        factors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
      }
    }
    return factors;
  }
}
