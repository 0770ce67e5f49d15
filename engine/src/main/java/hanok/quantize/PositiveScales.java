package hanok.quantize;

import hanok.kernel.Nearest;
import java.util.Arrays;

/**
 * Codes for the scales, or minimums, of a K block's sub-blocks: {@code d * code} with codes from 0
 * to {@code levels} that lessen the weighted error. Nine steps are tried, then codes are changed
 * one by one while that helps. The method and the order of the sums are those of {@code
 * make_qp_quants} of ggml.
 */
final class PositiveScales {
  private static final int TRIES = 4;
  private static final int ROUNDS = 5;
  private static final float TINY = 1e-15f;

  private final int levels;
  final int[] codes;

  /** Over the present codes: products of value and code, and squares of codes, weighted. */
  private float products;

  private float squares;

  PositiveScales(int levels, int count) {
    this.levels = levels;
    this.codes = new int[count];
  }

  /** Sets {@link #codes} for the values from {@code from} on, and returns the scale. */
  float fit(float[] values, float[] weights, int from) {
    float most = 0;
    for (int i = 0; i < codes.length; i++) {
      most = Math.max(most, values[from + i]);
    }
    if (most < TINY) {
      Arrays.fill(codes, 0);
      return 0;
    }
    round(values, weights, from, bestInverse(values, weights, from, most));
    for (int round = 0; round < ROUNDS && improve(values, weights, from); round++) {}
    return squares > 0 ? products / squares : 0;
  }

  private float bestInverse(float[] values, float[] weights, int from, float most) {
    float inverse = levels / most;
    float best = error(values, weights, from, inverse);
    for (int step = -TRIES; step <= TRIES; step++) {
      float tried = (0.1f * step + levels) / most;
      float error = step == 0 ? best : error(values, weights, from, tried);
      if (error < best) {
        best = error;
        inverse = tried;
      }
    }
    return inverse;
  }

  private float error(float[] values, float[] weights, int from, float inverse) {
    float scale = 1 / inverse;
    float error = 0;
    for (int i = from; i < from + codes.length; i++) {
      int code = Math.min(levels, Nearest.of(inverse * values[i]));
      float difference = values[i] - scale * code;
      error += weights[i] * difference * difference;
    }
    return error;
  }

  private void round(float[] values, float[] weights, int from, float inverse) {
    products = 0;
    squares = 0;
    for (int i = 0; i < codes.length; i++) {
      float value = values[from + i];
      float weight = weights[from + i];
      codes[i] = Math.clamp(Nearest.of(inverse * value), 0, levels);
      products += weight * value * codes[i];
      squares += weight * codes[i] * codes[i];
    }
  }

  /** One round of changing codes one by one; returns whether any has changed. */
  private boolean improve(float[] values, float[] weights, int from) {
    boolean changed = false;
    for (int i = 0; i < codes.length; i++) {
      float value = values[from + i];
      float weight = weights[from + i];
      float otherProducts = products - weight * value * codes[i];
      float otherSquares = squares - weight * codes[i] * codes[i];
      if (!(otherProducts > 0 && otherSquares > 0)) {
        continue;
      }
      int code = Math.clamp(Nearest.of(value * otherSquares / otherProducts), 0, levels);
      otherProducts += weight * value * code;
      otherSquares += weight * code * code;
      if (code != codes[i]
          && otherProducts * otherProducts * squares > products * products * otherSquares) {
        codes[i] = code;
        products = otherProducts;
        squares = otherSquares;
        changed = true;
      }
    }
    return changed;
  }
}
