package hanok.quantize;

/** How much each value of a row weighs when its error is summed. */
final class Weighing {
  private Weighing() {}

  /** Squares of the values, summed in their order. */
  static float sumOfSquares(float[] x, int from, int n) {
    float sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += x[i] * x[i];
    }
    return sum;
  }

  static float sum(float[] x, int from, int n) {
    float sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += x[i];
    }
    return sum;
  }

  /**
   * The importance of the column, times the size of the value, and at least that of a usual one.
   */
  static void byImportance(
      float[] x, int from, int n, float[] importance, float meanSquare, float[] weights) {
    for (int i = from; i < from + n; i++) {
      weights[i] = importance[i] * (float) Math.sqrt(meanSquare + x[i] * x[i]);
    }
  }

  static void bySquare(float[] x, int from, int n, float[] weights) {
    for (int i = from; i < from + n; i++) {
      weights[i] = x[i] * x[i];
    }
  }

  static void bySize(float[] x, int from, int n, float offset, float[] weights) {
    for (int i = from; i < from + n; i++) {
      weights[i] = offset + Math.abs(x[i]);
    }
  }
}
