package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.kernel.AffineSearch;
import hanok.kernel.Nearest;
import hanok.kernel.SubBlocks;

/**
 * Q4_K and Q5_K: scale and minimum of each 32 values are searched for, then themselves rounded to 6
 * bits, and with what became of them the values are rounded anew.
 */
final class Q45_KEncoder implements Encoder {
  private static final int SIZE = 256;
  private static final int RUN = 32;
  private static final int RUNS = 8;
  private static final int MOST = 63;
  private static final int SCALES = 4;
  private static final int CODES = 16;

  private final int levels;
  private final int blockBytes;
  private final SubBlocks blocks = new SubBlocks(RUN);
  private final AffineSearch plain;
  private final AffineSearch weighted;
  private final PositiveScales scaleCodes = new PositiveScales(MOST, RUNS);
  private final PositiveScales minimumCodes = new PositiveScales(MOST, RUNS);
  private final byte[] codes = new byte[SIZE];
  private float[] weights = {};

  /** Of the runs of a row. */
  private float[] scales = {};

  private float[] minimums = {};
  private float[] weightSums = {};

  Q45_KEncoder(GgmlType type) {
    boolean five = type == GgmlType.Q5_K;
    levels = five ? 31 : 15;
    blockBytes = type.blockBytes();
    plain = new AffineSearch(levels, five ? -0.5f : -1f, 0.1f, five ? 15 : 20, false);
    weighted = new AffineSearch(levels, -0.9f, 0.05f, 36, false);
  }

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
    for (int from = 0; from < n; from += SIZE, at += blockBytes) {
      int firstRun = from / RUN;
      float d =
          known ? scaleCodes.fit(scales, weightSums, firstRun) : span(scales, firstRun, scaleCodes);
      float dmin =
          known
              ? minimumCodes.fit(minimums, weightSums, firstRun)
              : span(minimums, firstRun, minimumCodes);
      d = Bits.putHalf(out, at, d);
      dmin = Bits.putHalf(out, at + 2, dmin);
      putScales(out, at + SCALES);
      round(row, from, d, dmin);
      putCodes(out, at + CODES);
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
      for (int from = 0; from < n; from += RUN) {
        float root = (float) Math.sqrt(Weighing.sumOfSquares(row, from, RUN) / RUN);
        Weighing.bySize(row, from, RUN, root, weights);
      }
      return;
    }
    for (int from = 0; from < n; from += SIZE) {
      float meanSquare = 2 * Weighing.sumOfSquares(row, from, SIZE) / SIZE;
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
      to.codes[i] = Math.min(MOST, Nearest.of(inverse * values[from + i]) & 0xFF);
    }
    return most / MOST;
  }

  /** Twelve bytes, as {@code get_scale_min_k4} reads them. */
  private void putScales(byte[] out, int at) {
    for (int run = 0; run < 4; run++) {
      int scale = scaleCodes.codes[run + 4];
      int minimum = minimumCodes.codes[run + 4];
      out[at + run] = (byte) (scaleCodes.codes[run] | scale >> 4 << 6);
      out[at + run + 4] = (byte) (minimumCodes.codes[run] | minimum >> 4 << 6);
      out[at + run + 8] = (byte) (scale & 15 | (minimum & 15) << 4);
    }
  }

  private void round(float[] row, int from, float d, float dmin) {
    for (int run = 0; run < RUNS; run++) {
      float scale = d * scaleCodes.codes[run];
      float minimum = dmin * minimumCodes.codes[run];
      for (int i = run * RUN; i < run * RUN + RUN; i++) {
        int code = scale == 0 ? 0 : Nearest.of((row[from + i] + minimum) / scale);
        codes[i] = (byte) Math.max(0, Math.min(levels, code));
      }
    }
  }

  private void putCodes(byte[] out, int at) {
    boolean fifthBits = levels > 15;
    int nibbles = fifthBits ? at + RUN : at;
    for (int j = 0; j < RUN; j++) {
      int fifth = 0;
      for (int pair = 0; pair < 4; pair++) {
        int low = codes[64 * pair + j];
        int high = codes[64 * pair + RUN + j];
        out[nibbles + RUN * pair + j] = (byte) (low & 15 | (high & 15) << 4);
        fifth |= low >> 4 << 2 * pair | high >> 4 << 2 * pair + 1;
      }
      if (fifthBits) {
        out[at + j] = (byte) fifth;
      }
    }
  }
}
