package hanok.quantize;

import hanok.gguf.GgmlType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.random.RandomGenerator;

/**
 * A pool of random blocks of one type, whose values have a mean near 0 and a standard deviation
 * near {@link #STANDARD_DEVIATION}, as freshly initialised weights have. Most bits of a block are
 * as random as they come; what is set on purpose are the scales: {@code d} is the deviation over
 * that of the product it scales, and an offset, if the format has one, centres the codes. Codes of
 * a symmetric format run from {@code -n} to {@code n - 1}, so there the sign of {@code d} is
 * random.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/ggml/src/ggml-common.h">the
 *     layouts of the blocks</a>
 */
final class RandomBlocks {
  static final double STANDARD_DEVIATION = 0.02;

  private static final int POOL_BYTES = 4 << 20;
  private static final int RUN_BYTES_MAX = 1 << 20;

  /** Root mean square of a uniform 16..31, the scales of the formats with six bits for each. */
  private static final double RMS_16_TO_31 = Math.sqrt(573.5);

  private static final double RMS_8_TO_15 = Math.sqrt(137.5);
  private static final double RMS_4_TO_7 = Math.sqrt(31.5);
  private static final double RMS_2_TO_3 = Math.sqrt(6.5);

  /** Root mean square of a uniform -32..31. */
  private static final double RMS_6_BITS = Math.sqrt(341.5);

  /** Root mean square of the 16 values of the IQ4 formats. */
  private static final double RMS_IQ4 = Math.sqrt(72_768 / 16.0);

  private final GgmlType type;
  private final RandomGenerator random;
  private final ByteBuffer pool;

  RandomBlocks(GgmlType type, RandomGenerator random) {
    this.type = type;
    this.random = random;
    int blocks = POOL_BYTES / type.blockBytes();
    pool = ByteBuffer.allocateDirect(blocks * type.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    byte[] bytes = new byte[pool.capacity()];
    random.nextBytes(bytes);
    pool.put(bytes).clear();
    for (int block = 0; block < blocks; block++) {
      setScales(block * type.blockBytes());
    }
  }

  /** Writes runs of blocks from random places of the pool. */
  void writeTo(WritableByteChannel channel, long bytes) throws IOException {
    int block = type.blockBytes();
    long left = bytes;
    while (left > 0) {
      int runMax = RUN_BYTES_MAX / block * block;
      int run = (int) Math.min(left, runMax);
      int begin = random.nextInt((pool.capacity() - run) / block + 1) * block;
      ByteBuffer slice = pool.slice(begin, run);
      while (slice.hasRemaining()) {
        channel.write(slice);
      }
      left -= run;
    }
  }

  private void setScales(int at) {
    switch (type) {
      case F32 -> pool.putFloat(at, (float) (STANDARD_DEVIATION * random.nextGaussian()));
      case F16 -> half(at, STANDARD_DEVIATION * random.nextGaussian());
      case BF16 -> {
        float value = (float) (STANDARD_DEVIATION * random.nextGaussian());
        pool.putShort(at, (short) (Float.floatToRawIntBits(value) >>> 16));
      }
      case Q8_0 -> half(at, signed(scaleOf(256)));
      case Q4_0 -> half(at, signed(scaleOf(16)));
      case Q5_0 -> half(at, signed(scaleOf(32)));
      case Q4_1 -> scaleAndMinimum(at, scaleOf(16), 7.5);
      case Q5_1 -> scaleAndMinimum(at, scaleOf(32), 15.5);
      case Q2_K -> {
        for (int i = 0; i < 16; i++) { // minimum = scale
          pool.put(at + i, (byte) ((pool.get(at + i) & 7 | 8) * 0x11));
        }
        scaleAndMinimum(at + 80, scaleOf(4) / RMS_8_TO_15, -1.5);
      }
      case Q3_K -> half(at + 108, signed(STANDARD_DEVIATION / (RMS_6_BITS * Math.sqrt(5.5))));
      case Q4_K -> {
        equalScalesAndMinima(at + 4);
        scaleAndMinimum(at, scaleOf(16) / RMS_16_TO_31, -7.5);
      }
      case Q5_K -> {
        equalScalesAndMinima(at + 4);
        scaleAndMinimum(at, scaleOf(32) / RMS_16_TO_31, -15.5);
      }
      case Q6_K -> {
        for (int i = at + 192; i < at + 208; i++) {
          pool.put(i, (byte) (pool.get(i) & 3 | 4));
        }
        half(at + 208, signed(scaleOf(64) / RMS_4_TO_7));
      }
      case IQ4_NL -> half(at, signed(STANDARD_DEVIATION / RMS_IQ4));
      case IQ4_XS -> {
        pool.putShort(at + 2, (short) 0xAAAA); // with 001x below: scales of 34 and 35, less 32
        for (int i = at + 4; i < at + 8; i++) {
          pool.put(i, (byte) (pool.get(i) & 0x11 | 0x22));
        }
        half(at, signed(STANDARD_DEVIATION / (RMS_IQ4 * RMS_2_TO_3)));
      }
    }
  }

  /** The scale of codes that are uniform over {@code count} neighbouring integers. */
  private static double scaleOf(int count) {
    return STANDARD_DEVIATION / Math.sqrt(((double) count * count - 1) / 12);
  }

  private double signed(double scale) {
    return random.nextBoolean() ? scale : -scale;
  }

  /**
   * Two 16-bit floats; {@code centre} is the mean code, negative where the format subtracts the
   * minimum instead of adding it.
   */
  private void scaleAndMinimum(int at, double scale, double centre) {
    half(at, scale);
    half(at + 2, -centre * scale);
  }

  /**
   * The 12 bytes of Q4_K and Q5_K: eight scales and eight minima of six bits. Each minimum becomes
   * equal to its scale, which is in 16..31, so that every sub-block is centred.
   */
  private void equalScalesAndMinima(int at) {
    for (int i = 0; i < 4; i++) {
      byte low = (byte) (pool.get(at + i) & 0x0F | 0x50);
      pool.put(at + i, low);
      pool.put(at + 4 + i, low);
      pool.put(at + 8 + i, (byte) ((pool.get(at + 8 + i) & 0x0F) * 0x11));
    }
  }

  private void half(int at, double value) {
    pool.putShort(at, Float.floatToFloat16((float) value));
  }
}
