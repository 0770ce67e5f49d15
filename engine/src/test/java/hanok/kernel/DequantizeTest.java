package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The definitions of the formats against ggml's own, recorded as docs/golden.md says. */
class DequantizeTest {

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "blocks.tsv", delimiter = '\t', maxCharsPerColumn = 20_000)
  void givesWhatGgmlGivesToTheBit(GgmlType type, String hex, String values) {
    float[] expected = floats(values);
    float[] actual = new float[expected.length];
    // One byte off, since rows of a file are not aligned.
    MemorySegment rows = MemorySegment.ofArray(HexFormat.of().parseHex("00" + hex));
    Format.of(type).dequantize(rows, 1, actual, actual.length);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void readsFloatsOfAllThreeWidths() {
    float[] values = {0, -0f, 1, -2.5f, 65504, 0x1p-14f, 0x1p-24f, -0x1.8p-20f};
    float[] actual = new float[values.length];
    byte[] bytes = new byte[4 * values.length];
    MemorySegment rows = MemorySegment.ofArray(bytes);
    for (int i = 0; i < values.length; i++) {
      rows.set(Lanes.FLOAT, 4L * i, values[i]);
    }
    new F32().dequantize(rows, 0, actual, actual.length);
    assertThat(actual).isEqualTo(values);

    for (int i = 0; i < values.length; i++) {
      rows.set(Lanes.SHORT, 2L * i, Float.floatToFloat16(values[i]));
    }
    new F16().dequantize(rows, 0, actual, actual.length);
    assertThat(actual).isEqualTo(values);

    values[4] = 0x1.fep127f;
    for (int i = 0; i < values.length; i++) {
      rows.set(Lanes.SHORT, 2L * i, (short) (Float.floatToRawIntBits(values[i]) >> 16));
    }
    new BF16().dequantize(rows, 0, actual, actual.length);
    assertThat(actual).isEqualTo(values);
  }

  private static float[] floats(String values) {
    double[] doubles = Arrays.stream(values.split(" ")).mapToDouble(Double::parseDouble).toArray();
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }
}
