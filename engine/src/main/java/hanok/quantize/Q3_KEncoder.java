package hanok.quantize;

import hanok.kernel.CodeSearch;
import hanok.kernel.Nearest;
import hanok.kernel.SubBlocks;
import hanok.kernel.SymmetricSearch;

/**
 * Q3_K: the scale of each 16 values is searched for, then itself rounded to 6 bits, and with what
 * became of it the values are rounded anew.
 */
final class Q3_KEncoder implements Encoder {
  private static final int SIZE = 256;
  private static final int BYTES = 110;
  private static final int RUN = 16;
  private static final int RUNS = 16;
  private static final int LEVELS = 4;
  private static final int SCALE_LEVELS = 32;
  private static final int QS = 32;
  private static final int SCALES = 96;
  private static final int D = 108;

  private final SubBlocks blocks = new SubBlocks(RUN);
  private final CodeSearch plain = new CodeSearch(LEVELS);
  private final SymmetricSearch weighted = new SymmetricSearch(LEVELS);

  /** The sixteen scales of a block, as if they were weights. */
  private final SubBlocks scaleBlocks = new SubBlocks(RUNS);

  private final SymmetricSearch scaleSearch = new SymmetricSearch(SCALE_LEVELS);
  private final int[] scaleCodes = new int[RUNS];
  private final byte[] codes = new byte[SIZE];
  private float[] weights = {};

  /** Of the runs of a row. */
  private float[] scales = {};

  private float[] weightSums = {};

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    if (weights.length < n) {
      weights = new float[n];
      scales = new float[n / RUN];
      weightSums = new float[n / RUN];
    }
    boolean known = importance.length > 0;
    if (known) {
      searchWeighted(row, n, importance);
    } else {
      searchPlain(row, n);
    }
    for (int from = 0; from < n; from += SIZE, at += BYTES) {
      float d = known ? weightedScales(from / SIZE) : spannedScales(from / RUN);
      putScales(out, at + SCALES);
      round(row, from, Bits.putHalf(out, at + D, d));
      putThirdBits(out, at);
      Bits.putPairs256(out, at + QS, codes);
    }
  }

  private void searchPlain(float[] row, int n) {
    blocks.load(row, weights, n);
    plain.run(blocks);
    for (int run = 0; run < n / RUN; run++) {
      scales[run] = plain.scale(run);
    }
  }

  private void searchWeighted(float[] row, int n, float[] importance) {
    for (int from = 0; from < n; from += SIZE) {
      float meanSquare = 2 * Weighing.sumOfSquares(row, from, SIZE) / SIZE;
      Weighing.byImportance(row, from, SIZE, importance, meanSquare, weights);
    }
    blocks.load(row, weights, n);
    weighted.run(blocks);
    for (int run = 0; run < n / RUN; run++) {
      scales[run] = weighted.scale(run);
      weightSums[run] = Weighing.sum(weights, run * RUN, RUN);
    }
    scaleBlocks.load(scales, weightSums, n / RUN);
    scaleSearch.run(scaleBlocks);
  }

  private float weightedScales(int block) {
    for (int run = 0; run < RUNS; run++) {
      scaleCodes[run] = scaleSearch.code(block, scales[block * RUNS + run]);
    }
    return scaleSearch.scale(block);
  }

  /** Codes in proportion, the scale that is farthest from zero getting the lowest code. */
  private float spannedScales(int firstRun) {
    float most = 0;
    float farthest = 0;
    for (int run = firstRun; run < firstRun + RUNS; run++) {
      if (Math.abs(scales[run]) > most) {
        most = Math.abs(scales[run]);
        farthest = scales[run];
      }
    }
    float inverse = farthest == 0 ? 0 : -SCALE_LEVELS / farthest;
    for (int run = 0; run < RUNS; run++) {
      int code = Nearest.of(inverse * scales[firstRun + run]);
      scaleCodes[run] = Math.clamp(code, -SCALE_LEVELS, SCALE_LEVELS - 1) + SCALE_LEVELS;
    }
    return inverse == 0 ? 0 : 1 / inverse;
  }

  private void putScales(byte[] out, int at) {
    for (int k = 0; k < 8; k++) {
      out[at + k] = (byte) (scaleCodes[k] & 15 | (scaleCodes[k + 8] & 15) << 4);
    }
    for (int k = 0; k < 4; k++) {
      int low = scaleCodes[k] >> 4 | scaleCodes[k + 4] >> 4 << 2;
      out[at + 8 + k] = (byte) (low | scaleCodes[k + 8] >> 4 << 4 | scaleCodes[k + 12] >> 4 << 6);
    }
  }

  private void round(float[] row, int from, float d) {
    for (int run = 0; run < RUNS; run++) {
      float scale = d * (scaleCodes[run] - SCALE_LEVELS);
      for (int i = run * RUN; i < run * RUN + RUN; i++) {
        int code = scale == 0 ? 0 : Nearest.of(row[from + i] / scale);
        codes[i] = (byte) (Math.max(-LEVELS, Math.min(LEVELS - 1, code)) + LEVELS);
      }
    }
  }

  private void putThirdBits(byte[] out, int at) {
    for (int j = 0; j < 32; j++) {
      int bits = 0;
      for (int r = 0; r < 8; r++) {
        bits |= codes[32 * r + j] >> 2 << r;
      }
      out[at + j] = (byte) bits;
    }
  }
}
