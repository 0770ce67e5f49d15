package hanok.quantize;

import hanok.kernel.AffineSearch;
import hanok.kernel.Nearest;
import hanok.kernel.SubBlocks;

/** Q2_K: as {@link Q45_KEncoder}, for each 16 values, with 2 bits a code and 4 bits a scale. */
final class Q2_KEncoder implements Encoder {
  private static final int SIZE = 256;
  private static final int BYTES = 84;
  private static final int RUN = 16;
  private static final int RUNS = 16;
  private static final int LEVELS = 3;
  private static final int MOST = 15;
  private static final int QS = 16;
  private static final int D = 80;
  private static final int DMIN = 82;

  private final SubBlocks blocks = new SubBlocks(RUN);
  private final AffineSearch plain = new AffineSearch(LEVELS, -0.5f, 0.1f, 15, true);
  private final AffineSearch weighted = new AffineSearch(LEVELS, -0.9f, 0.05f, 36, false);
  private final PositiveScales scaleCodes = new PositiveScales(MOST, RUNS);
  private final PositiveScales minimumCodes = new PositiveScales(MOST, RUNS);
  private final byte[] codes = new byte[SIZE];
  private float[] weights = {};

  /** Of the runs of a row. */
  private float[] scales = {};

  private float[] minimums = {};
  private float[] weightSums = {};

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    reserve(n);
    boolean known = importance.length > 0;
    weigh(row, n, importance, known);
    blocks.load(row, weights, n);
    AffineSearch search = known ? weighted : plain;
    search.run(blocks);
    for (int run = 0; run < n / RUN; run++) {
      scales[run] = search.scale(run);
      minimums[run] = search.minimum(run);
    }
    for (int from = 0; from < n; from += SIZE, at += BYTES) {
      int firstRun = from / RUN;
      float d =
          known ? scaleCodes.fit(scales, weightSums, firstRun) : span(scales, firstRun, scaleCodes);
      float dmin =
          known
              ? minimumCodes.fit(minimums, weightSums, firstRun)
              : span(minimums, firstRun, minimumCodes);
      d = Bits.putHalf(out, at + D, d);
      dmin = Bits.putHalf(out, at + DMIN, dmin);
      for (int run = 0; run < RUNS; run++) {
        out[at + run] = (byte) (scaleCodes.codes[run] | minimumCodes.codes[run] << 4);
      }
      round(row, from, d, dmin);
      Bits.putPairs256(out, at + QS, codes);
    }
  }

  private void reserve(int n) {
    if (weights.length < n) {
      weights = new float[n];
      scales = new float[n / RUN];
      minimums = new float[n / RUN];
      weightSums = new float[n / RUN];
    }
  }

  private void weigh(float[] row, int n, float[] importance, boolean known) {
    if (!known) {
      Weighing.bySize(row, 0, n, 0, weights);
      return;
    }
    for (int from = 0; from < n; from += SIZE) {
      float meanSquare = Weighing.sumOfSquares(row, from, SIZE) / SIZE;
      Weighing.byImportance(row, from, SIZE, importance, meanSquare, weights);
    }
    for (int run = 0; run < n / RUN; run++) {
      weightSums[run] = Weighing.sum(weights, run * RUN, RUN);
    }
  }

  /** Codes in proportion, the largest value getting the largest code. */
  private static float span(float[] values, int from, PositiveScales to) {
    float most = 0;
    for (int i = from; i < from + RUNS; i++) {
      most = Math.max(most, values[i]);
    }
    float inverse = most > 0 ? MOST / most : 0;
    for (int i = 0; i < RUNS; i++) {
      to.codes[i] = Nearest.of(inverse * values[from + i]) & MOST;
    }
    return most / MOST;
  }

  private void round(float[] row, int from, float d, float dmin) {
    for (int run = 0; run < RUNS; run++) {
      float scale = d * scaleCodes.codes[run];
      float minimum = dmin * minimumCodes.codes[run];
      for (int i = run * RUN; i < run * RUN + RUN; i++) {
        int code = scale == 0 ? 0 : Nearest.of((row[from + i] + minimum) / scale);
        codes[i] = (byte) Math.max(0, Math.min(LEVELS, code));
      }
    }
  }
}
