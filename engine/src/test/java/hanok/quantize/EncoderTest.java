package hanok.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgmlType;
import hanok.kernel.Format;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoders against ggml's own, recorded as docs/golden.md says, and properties of them. */
class EncoderTest {
  private static final int COLUMNS = 1024;
  private static final float[] NOTHING = {};

  /** Zero equals negative zero here. */
  private static final Comparator<float[]> BY_VALUE =
      Comparator.comparing(EncoderTest::withoutNegativeZero, Arrays::compare);

  /** A block of usual weights, one of awkward runs, one of zeros, one with heavy tails. */
  static float[] row() {
    SplittableRandom random = new SplittableRandom(7);
    float[] row = new float[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      row[i] = (float) (0.02 * random.nextGaussian());
    }
    for (int i = 0; i < 32; i++) {
      row[256 + i] = 0;
      row[288 + i] = 0.5f;
      row[320 + i] = -0.25f;
      row[352 + i] *= 1e-20f;
      row[416 + i] = 1 + Math.abs(row[416 + i]);
      row[448 + i] = -1 - Math.abs(row[448 + i]);
      row[480 + i] = i % 2 == 0 ? 0.75f : -0.75f;
    }
    row[391] = 8;
    Arrays.fill(row, 512, 768, 0);
    for (int i = 768; i < COLUMNS; i++) {
      row[i] = row[i] * row[i] * row[i] * 1e5f;
    }
    return row;
  }

  static float[] importance() {
    SplittableRandom random = new SplittableRandom(8);
    float[] importance = new float[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      float drawn = (float) -Math.log(1 - random.nextDouble());
      importance[i] = i % 17 == 0 ? 0 : drawn;
    }
    return importance;
  }

  private static byte[] encode(GgmlType type, float[] row, float[] importance) {
    byte[] out = new byte[Math.toIntExact(type.bytes(row.length))];
    Encoder.of(type).encode(row, row.length, importance, out, 0);
    return out;
  }

  private static float[] decode(GgmlType type, byte[] bytes, int n) {
    float[] values = new float[n];
    Format.of(type).dequantize(MemorySegment.ofArray(bytes), 0, values, n);
    return values;
  }

  private static float[] withoutNegativeZero(float[] values) {
    float[] plain = new float[values.length];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = values[i] + 0f;
    }
    return plain;
  }

  /** Bytes of usual weights; values of all, since codes do not matter where a scale is zero. */
  @ParameterizedTest(name = "{0}, weighed: {1}")
  @CsvFileSource(resources = "encoded.tsv", delimiter = '\t', maxCharsPerColumn = 20_000)
  void givesWhatGgmlGivesToTheBit(GgmlType type, boolean weighed, String hex) {
    byte[] bytes = encode(type, row(), weighed ? importance() : NOTHING);
    byte[] golden = HexFormat.of().parseHex(hex);
    float[] expected = decode(type, golden, COLUMNS);
    assertThat(decode(type, bytes, COLUMNS)).usingComparator(BY_VALUE).isEqualTo(expected);
    int superblock = Math.toIntExact(type.bytes(256));
    assertThat(Arrays.copyOf(bytes, superblock)).isEqualTo(Arrays.copyOf(golden, superblock));
  }

  /** Errors relative to the weights, in the root mean square. */
  @ParameterizedTest
  @CsvSource({
    "F32, 0",
    "F16, 5e-4",
    "BF16, 4e-3",
    "Q8_0, 7e-3",
    "Q6_K, 2.5e-2",
    "Q5_0, 6e-2",
    "Q5_1, 4e-2",
    "Q5_K, 4e-2",
    "Q4_0, 1e-1",
    "Q4_1, 8e-2",
    "Q4_K, 8e-2",
    "IQ4_NL, 8e-2",
    "IQ4_XS, 8e-2",
    "Q3_K, 0.16",
    "Q2_K, 0.32"
  })
  void losesNoMoreThanTheBitsAllow(GgmlType type, double most) {
    SplittableRandom random = new SplittableRandom(1);
    float[] row = new float[4096];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (0.02 * random.nextGaussian());
    }
    float[] back = decode(type, encode(type, row, NOTHING), row.length);
    double error = 0;
    double power = 0;
    for (int i = 0; i < row.length; i++) {
      error += Math.pow((double) back[i] - row[i], 2);
      power += (double) row[i] * row[i];
    }
    assertThat(Math.sqrt(error / power)).isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @EnumSource
  void doesNotDependOnTheRestOfTheRow(GgmlType type) {
    // With importances, Q4_0 and its kin look at the mean square of the whole row.
    float[] row = row();
    byte[] whole = encode(type, row, NOTHING);
    for (int from = 0; from < COLUMNS; from += 256) {
      byte[] part = encode(type, Arrays.copyOfRange(row, from, from + 256), NOTHING);
      int at = Math.toIntExact(type.bytes(from));
      assertThat(part).isEqualTo(Arrays.copyOfRange(whole, at, at + part.length));
    }
  }

  @Test
  void roundsTiesOfQ8_0AwayFromZero() {
    float[] row = new float[32];
    float[] awkward = {127, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 0.49999997f, -0.49999997f, -126.5f};
    System.arraycopy(awkward, 0, row, 0, awkward.length);
    float[] codes = decode(GgmlType.Q8_0, encode(GgmlType.Q8_0, row, NOTHING), 32);
    assertThat(Arrays.copyOf(codes, awkward.length))
        .usingComparator(BY_VALUE)
        .isEqualTo(new float[] {127, 1, -1, 2, 3, -3, 0, 0, -127});
  }

  @ParameterizedTest
  @EnumSource
  void anEncoderForgetsTheRowBefore(GgmlType type) {
    Encoder encoder = Encoder.of(type);
    byte[] out = new byte[Math.toIntExact(type.bytes(COLUMNS))];
    float[] other = new float[COLUMNS];
    Arrays.fill(other, 0.1f);
    for (float[] importance : new float[][] {NOTHING, importance()}) {
      encoder.encode(other, COLUMNS, importance, out, 0);
      encoder.encode(row(), COLUMNS, importance, out, 0);
      assertThat(out).isEqualTo(encode(type, row(), importance));
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "BF16", "Q3_K", "Q6_K", "IQ4_XS"})
  void refusesWhatItCannotHold(GgmlType type) {
    float[] row = new float[256];
    row[3] = 1e38f;
    row[4] = -1e38f;
    assertThatThrownBy(() -> encode(type, row, NOTHING)).isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @EnumSource
  void survivesWeightsAndImportancesOfEverySize(GgmlType type) {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 200; round++) {
      float[] row = new float[256];
      float[] importance = new float[256];
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-44, 4)));
        importance[i] = random.nextBoolean() ? 0 : (float) Math.pow(10, random.nextInt(-44, 10));
      }
      encode(type, row, NOTHING);
      encode(type, row, round % 2 == 0 ? importance : new float[256]);
    }
  }
}
