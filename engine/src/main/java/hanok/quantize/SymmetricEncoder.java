package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.kernel.SubBlocks;
import hanok.kernel.SymmetricSearch;

/**
 * Q4_0 and Q5_0. Without importances the value that is farthest from zero gets the lowest code, and
 * with it the scale its sign; with importances the scale is searched for.
 */
final class SymmetricEncoder implements Encoder {
  private static final int SIZE = 32;

  private final int levels;
  private final int blockBytes;
  private final boolean fifthBits;
  private final SubBlocks blocks = new SubBlocks(SIZE);
  private final SymmetricSearch search;
  private final byte[] codes = new byte[SIZE];
  private float[] weights = {};

  SymmetricEncoder(GgmlType type) {
    fifthBits = type == GgmlType.Q5_0;
    levels = fifthBits ? 16 : 8;
    blockBytes = type.blockBytes();
    search = new SymmetricSearch(levels);
  }

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    if (importance.length > 0) {
      encodeWeighted(row, n, importance, out, at);
      return;
    }
    for (int from = 0; from < n; from += SIZE, at += blockBytes) {
      float most = 0;
      float farthest = 0;
      for (int j = from; j < from + SIZE; j++) {
        if (most < Math.abs(row[j])) {
          most = Math.abs(row[j]);
          farthest = row[j];
        }
      }
      float d = farthest / -levels;
      float inverse = d == 0 ? 0 : 1 / d;
      Bits.putHalf(out, at, d);
      for (int j = 0; j < SIZE; j++) {
        int code = (int) (row[from + j] * inverse + (levels + 0.5f));
        codes[j] = (byte) Math.min(2 * levels - 1, code);
      }
      Bits.putCodes32(out, at + 2, codes, fifthBits);
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
      for (int j = 0; j < SIZE; j++) {
        codes[j] = (byte) search.code(block, row[from + j]);
      }
      Bits.putCodes32(out, at + 2, codes, fifthBits);
    }
  }
}
