package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.kernel.AffineSearch;
import hanok.kernel.SubBlocks;

/**
 * Q4_1 and Q5_1. Without importances the codes span the values from the lowest to the highest; with
 * importances scale and minimum are searched for.
 */
final class AffineEncoder implements Encoder {
  private static final int SIZE = 32;

  private final int levels;
  private final int blockBytes;
  private final boolean fifthBits;
  private final SubBlocks blocks = new SubBlocks(SIZE);
  private final AffineSearch search;
  private final byte[] codes = new byte[SIZE];
  private float[] weights = {};

  AffineEncoder(GgmlType type) {
    fifthBits = type == GgmlType.Q5_1;
    levels = fifthBits ? 31 : 15;
    blockBytes = type.blockBytes();
    search = new AffineSearch(levels, -0.9f, 0.05f, 36, false);
  }

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    if (importance.length > 0) {
      encodeWeighted(row, n, importance, out, at);
      return;
    }
    for (int from = 0; from < n; from += SIZE, at += blockBytes) {
      float low = Float.MAX_VALUE;
      float high = -Float.MAX_VALUE;
      for (int j = from; j < from + SIZE; j++) {
        low = Math.min(low, row[j]);
        high = Math.max(high, row[j]);
      }
      float d = (high - low) / levels;
      float inverse = d == 0 ? 0 : 1 / d;
      Bits.putHalf(out, at, d);
      Bits.putHalf(out, at + 2, low);
      for (int j = 0; j < SIZE; j++) {
        codes[j] = (byte) Math.min(levels, (int) ((row[from + j] - low) * inverse + 0.5f));
      }
      Bits.putCodes32(out, at + 4, codes, fifthBits);
    }
  }

  private void encodeWeighted(float[] row, int n, float[] importance, byte[] out, int at) {
    weights = weights.length < n ? new float[n] : weights;
    float meanSquare = Weighing.sumOfSquares(row, 0, n) / n;
    Weighing.byImportance(row, 0, n, importance, meanSquare, weights);
    blocks.load(row, weights, n);
    search.run(blocks);
    for (int from = 0; from < n; from += SIZE, at += blockBytes) {
      int block = from / SIZE;
      Bits.putHalf(out, at, search.scale(block));
      Bits.putHalf(out, at + 2, -search.minimum(block));
      for (int j = 0; j < SIZE; j++) {
        codes[j] = (byte) search.code(block, row[from + j]);
      }
      Bits.putCodes32(out, at + 4, codes, fifthBits);
    }
  }
}
