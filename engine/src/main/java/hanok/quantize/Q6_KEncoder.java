package hanok.quantize;

import hanok.kernel.Nearest;
import hanok.kernel.SubBlocks;
import hanok.kernel.SymmetricSearch;
import java.util.Arrays;

/**
 * Q6_K: the scale of each 16 values is searched for, then itself rounded to 8 bits, and with what
 * became of it the values are rounded anew.
 */
final class Q6_KEncoder implements Encoder {
  private static final int SIZE = 256;
  private static final int BYTES = 210;
  private static final int RUN = 16;
  private static final int RUNS = 16;
  private static final int LEVELS = 32;
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final float TINY = 1e-15f;

  private final SubBlocks blocks = new SubBlocks(RUN);
  private final SymmetricSearch search = new SymmetricSearch(LEVELS);
  private final byte[] codes = new byte[SIZE];
  private float[] weights = {};

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    boolean known = importance.length > 0;
    if (!known) {
      weights = weights.length < n ? new float[n] : weights;
      Weighing.bySquare(row, 0, n, weights);
    }
    blocks.load(row, known ? importance : weights, n);
    search.run(blocks);
    for (int from = 0; from < n; from += SIZE, at += BYTES) {
      float farthest = farthestScale(from / RUN);
      if (Math.abs(farthest) < TINY) {
        Arrays.fill(out, at, at + BYTES, (byte) 0);
        continue;
      }
      float inverse = -128 / farthest;
      float d = Bits.putHalf(out, at + D, 1 / inverse);
      for (int run = 0; run < RUNS; run++) {
        int code = Math.min(127, Nearest.of(inverse * search.scale(from / RUN + run)));
        out[at + SCALES + run] = (byte) code;
        round(row, from, run, d * (byte) code);
      }
      putCodes(out, at);
    }
  }

  private float farthestScale(int firstRun) {
    float farthest = 0;
    for (int run = firstRun; run < firstRun + RUNS; run++) {
      if (Math.abs(search.scale(run)) > Math.abs(farthest)) {
        farthest = search.scale(run);
      }
    }
    return farthest;
  }

  private void round(float[] row, int from, int run, float scale) {
    for (int i = run * RUN; i < run * RUN + RUN; i++) {
      int code = scale == 0 ? 0 : Nearest.of(row[from + i] / scale);
      codes[i] = (byte) (Math.max(-LEVELS, Math.min(LEVELS - 1, code)) + LEVELS);
    }
  }

  private void putCodes(byte[] out, int at) {
    for (int half = 0; half < 2; half++) {
      for (int j = 0; j < 32; j++) {
        int first = codes[128 * half + j];
        int second = codes[128 * half + 32 + j];
        int third = codes[128 * half + 64 + j];
        int fourth = codes[128 * half + 96 + j];
        out[at + 64 * half + j] = (byte) (first & 15 | (third & 15) << 4);
        out[at + 64 * half + 32 + j] = (byte) (second & 15 | (fourth & 15) << 4);
        int low = first >> 4 | second >> 4 << 2;
        out[at + QH + 32 * half + j] = (byte) (low | third >> 4 << 4 | fourth >> 4 << 6);
      }
    }
  }
}
