package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.kernel.Nearest;

/**
 * IQ4_NL and IQ4_XS: codes stand for sixteen levels that are denser around zero. The scale of each
 * 32 values is searched for; fifteen ways to round are tried, and for each the scale of weighted
 * least squares. IQ4_XS rounds its scales to 6 bits for each 256 values, and its values anew.
 */
final class IQ4Encoder implements Encoder {
  private static final int RUN = 32;
  private static final int TRIES = 7;
  private static final float TINY = 1e-15f;

  /** {@code kvalues_iq4nl}. */
  private static final int[] LEVELS = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /**
   * The code nearest to a number x, at {@code floor(2x) + 256}: neighbours meet at multiples of a
   * half, so this is exact.
   */
  private static final byte[] CODE = new byte[512];

  private static final float[] LEVEL = new float[512];

  static {
    int code = 0;
    for (int i = 0; i < CODE.length; i++) {
      while (code < 15 && i - 256 >= LEVELS[code] + LEVELS[code + 1]) {
        code++;
      }
      CODE[i] = (byte) code;
      LEVEL[i] = LEVELS[code];
    }
  }

  private final boolean grouped;
  private final int size;
  private final int blockBytes;
  private final float[] weights = new float[256];
  private final float[] scales = new float[8];
  private final byte[] codes = new byte[RUN];

  /** Of the last way to round: products of value and level, and squares of levels, weighted. */
  private float products;

  private float squares;

  IQ4Encoder(GgmlType type) {
    grouped = type == GgmlType.IQ4_XS;
    size = type.blockSize();
    blockBytes = type.blockBytes();
  }

  @Override
  public void encode(float[] row, int n, float[] importance, byte[] out, int at) {
    for (int from = 0; from < n; from += size, at += blockBytes) {
      weigh(row, from, importance);
      for (int run = 0; run < size / RUN; run++) {
        scales[run] = bestScale(row, from + run * RUN, run * RUN);
      }
      if (grouped) {
        putGroup(row, from, out, at);
      } else {
        Bits.putHalf(out, at, scales[0]);
        putCodes(row, from, scales[0], out, at + 2);
      }
    }
  }

  private void weigh(float[] row, int from, float[] importance) {
    float meanSquare = Weighing.sumOfSquares(row, from, size) * (2f / size);
    for (int i = 0; i < size; i++) {
      float square = row[from + i] * row[from + i];
      weights[i] =
          importance.length == 0
              ? square
              : importance[from + i] * (float) Math.sqrt(meanSquare + square);
    }
  }

  private float bestScale(float[] row, int from, int weightsFrom) {
    float most = 0;
    float farthest = 0;
    for (int i = from; i < from + RUN; i++) {
      if (Math.abs(row[i]) > most) {
        most = Math.abs(row[i]);
        farthest = row[i];
      }
    }
    if (most < TINY) {
      return 0;
    }
    tryInverse(row, from, weightsFrom, 1 / (-farthest / LEVELS[0]));
    float scale = squares > 0 ? products / squares : 0;
    float best = scale * products;
    for (int step = -TRIES; step <= TRIES; step++) {
      tryInverse(row, from, weightsFrom, (step + LEVELS[0]) / farthest);
      if (squares > 0 && products * products > best * squares) {
        scale = products / squares;
        best = scale * products;
      }
    }
    return scale;
  }

  private void tryInverse(float[] row, int from, int weightsFrom, float inverse) {
    float twice = 2 * inverse;
    float sumProducts = 0;
    float sumSquares = 0;
    for (int i = 0; i < RUN; i++) {
      float value = row[from + i];
      float level = LEVEL[index(twice * value)];
      float weighted = weights[weightsFrom + i] * level;
      sumProducts += weighted * value;
      sumSquares += weighted * level;
    }
    products = sumProducts;
    squares = sumSquares;
  }

  /** Where the tables have a number, of which this is the double. */
  private static int index(float twice) {
    int whole = (int) twice;
    int floor = twice < whole ? whole - 1 : whole;
    return Math.max(0, Math.min(511, floor + 256));
  }

  private void putGroup(float[] row, int from, byte[] out, int at) {
    float farthest = 0;
    for (float scale : scales) {
      if (Math.abs(scale) > Math.abs(farthest)) {
        farthest = scale;
      }
    }
    float d = -farthest / 32;
    float inverse = d == 0 ? 0 : 1 / d;
    Bits.putHalf(out, at, d);
    int high = 0;
    int low = 0;
    for (int run = 0; run < 8; run++) {
      int code = Math.clamp(Nearest.of(inverse * scales[run]), -32, 31);
      putCodes(row, from + run * RUN, d * code, out, at + 8 + 16 * run);
      low |= (code + 32 & 15) << 4 * run;
      high |= (code + 32 >> 4) << 2 * run;
    }
    Bits.putShort(out, at + 2, high);
    Bits.putInt(out, at + 4, low);
  }

  private void putCodes(float[] row, int from, float scale, byte[] out, int at) {
    float twice = scale == 0 ? 0 : 2 / scale;
    for (int j = 0; j < RUN; j++) {
      codes[j] = CODE[index(twice * row[from + j])];
    }
    Bits.putCodes32(out, at, codes, false);
  }
}
