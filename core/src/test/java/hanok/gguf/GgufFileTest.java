package hanok.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() {
    SequencedMap<String, GgufValue> metadata = everyType();
    Path path = folder.resolve("small.gguf");
    new GgufWriter()
        .putAll(metadata)
        .tensor("t", GgmlType.F16, new long[] {2, 3}, zeros(12))
        .tensor("u", GgmlType.Q8_0, new long[] {32}, filled(34, 7))
        .write(path);
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.version()).isEqualTo(3);
      assertThat(file.metadata().values().keySet()).containsExactlyElementsOf(metadata.keySet());
      metadata.forEach((key, expected) ->
          assertThat(file.metadata().values().get(key))
              .usingRecursiveComparison()
              .as(key)
              .isEqualTo(expected));
      assertThat(file.tensor("t").rows()).isEqualTo(3);
      assertThat(file.tensor("t").shapeText()).isEqualTo("2 x 3");
      assertThat(file.tensor("u").data().toArray(ValueLayout.JAVA_BYTE))
          .containsOnly(7)
          .hasSize(34);
    }
  }

  @Test
  void readsTheGoldenFileOfLlamaCpp() {
    try (GgufFile file = GgufFile.open(Path.of("../golden/exaone-a-Q5_K_M.gguf"))) {
      assertThat(file.metadata().string("general.architecture")).isEqualTo("exaone");
      assertThat(file.metadata().strings("tokenizer.ggml.tokens")).hasSize(1536);
      assertThat(file.tensor("blk.0.attn_q.weight").type()).isEqualTo(GgmlType.Q5_K);
    }
  }

  @Test
  void readsVersion2() throws IOException {
    Path path = write(new Bytes().magic().u32(2).u64(0).u64(1).text("a.b").u32(4).u32(9));
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.version()).isEqualTo(2);
      assertThat(file.metadata().integer("a.b")).isEqualTo(9);
    }
  }

  @Test
  void joinsTheParts() {
    Path first = folder.resolve("m-00001-of-00002.gguf");
    part(0).tensor("a", GgmlType.F32, new long[] {8}, zeros(32)).write(first);
    Path second = folder.resolve("m-00002-of-00002.gguf");
    part(1).tensor("b", GgmlType.F32, new long[] {4}, filled(16, 1)).write(second);
    try (GgufFile file = GgufFile.open(first)) {
      assertThat(file.tensors().keySet()).containsExactly("a", "b");
      assertThat(file.tensor("b").data().get(ValueLayout.JAVA_BYTE, 15)).isEqualTo((byte) 1);
    }
    assertMalformed(second, "this is part 2 of 2; open the first");
  }

  @Test
  void saysWhichPartIsMissing() {
    Path first = folder.resolve("m-00001-of-00002.gguf");
    part(0).write(first);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> GgufFile.open(first))
        .withMessageContaining("m-00002-of-00002.gguf");
  }

  @Test
  void saysHowPartsMustBeNamed() {
    Path first = folder.resolve("model.gguf");
    part(0).write(first);
    assertMalformed(first, "must be named NAME-00001-of-00002.gguf");
  }

  @Test
  void refusesWhatIsNotGguf() throws IOException {
    assertMalformed(write(new Bytes()), "does not begin with the letters GGUF");
    assertMalformed(write(new Bytes().u64(0x1234)), "at byte 0: not a GGUF file");
    assertMalformed(write(new Bytes().magic()), "4 bytes wanted, 0 left");
    assertMalformed(write(new Bytes().magic().u32(1)), "GGUF version 1; Hanok reads 2 and 3");
    assertMalformed(write(new Bytes().magic().u32(3 << 24)), "big-endian");
  }

  @Test
  void refusesCountsThatDoNotFitTheFile() throws IOException {
    assertMalformed(write(head(Long.MAX_VALUE, 0)), "9223372036854775807 tensors do not fit");
    assertMalformed(write(head(-1, 0)), "18446744073709551615 tensors do not fit");
    assertMalformed(write(head(0, 1L << 40)), "1099511627776 metadata keys do not fit");
    assertMalformed(write(head(0, 1).u64(1L << 40).pad(8)), "a string of 1099511627776 bytes");
    assertMalformed(
        write(head(0, 1).text("k").u32(9).u32(5).u64(1L << 60)), "elements of key k do not fit");
    assertMalformed(write(head(0, 1).text("k").u32(9).u32(9).u64(1)), "an array of arrays");
    assertMalformed(write(head(0, 1).text("k").u32(99).u64(1)), "key k: unknown value type 99");
    assertMalformed(write(head(0, 1).text("k").u32(7).u8(2).u64(0)), "a boolean is 2, not 0 or 1");
  }

  @Test
  void refusesDuplicates() throws IOException {
    Bytes keys = head(0, 2).text("k").u32(4).u32(1).text("k").u32(4).u32(1);
    assertMalformed(write(keys), "a second key is named k");
    Bytes tensors = head(2, 0);
    tensors.tensor("t", 0, 0, 8).tensor("t", 0, 32, 8).u64(0).u64(0).u64(0).u64(0).u64(0).u64(0);
    assertMalformed(write(tensors), "a second tensor is named t");
  }

  @Test
  void refusesTensorsThatCannotBe() throws IOException {
    assertMalformed(tensorFile("t", 0, 0), "has 0 dimensions");
    assertMalformed(tensorFile("t", 0, 0, 1, 1, 1, 1, 1), "has 5 dimensions");
    assertMalformed(tensorFile("t", 0, 0, 0), "dimension 0 is 0");
    assertMalformed(tensorFile("t", 0, 0, 1L << 32, 1L << 32), "dimension 0 is 4294967296");
    assertMalformed(tensorFile("t", 0, 0, -1), "dimension 0 is 18446744073709551615");
    assertMalformed(tensorFile("t", 31, 0, 8), "tensor t has type 31, which Hanok does not read");
    assertMalformed(tensorFile("t", 8, 0, 33), "rows of 33 values are not whole Q8_0 blocks of 32");
    assertMalformed(tensorFile("t", 0, 8, 4), "offset 8 is not a multiple of 32");
    assertMalformed(tensorFile("t", 0, -32, 4), "offset 18446744073709551584");
    assertMalformed(tensorFile("t", 0, 32, 600), "run past the end of the file");
    assertMalformed(tensorFile("t", 0, Long.MAX_VALUE - 31, 4), "run past the end of the file");
  }

  @Test
  void refusesAlignmentsThatAreNotPowersOfTwo() throws IOException {
    for (int alignment : new int[] {0, 24, -8}) {
      Bytes bytes = head(0, 1).text("general.alignment").u32(5).u32(alignment);
      assertMalformed(write(bytes), alignment + " is not a power of two");
    }
  }

  @Test
  void namesFileOffsetAndKey() throws IOException {
    Path path = write(head(0, 1).text("a.b").u32(8).text("x"));
    try (GgufFile file = GgufFile.open(path)) {
      assertThatThrownBy(() -> file.metadata().integer("a.b"))
          .hasMessage(path + ": at byte 24: key a.b: expected integer, found STRING");
      assertThatThrownBy(() -> file.metadata().string("a.c"))
          .hasMessage(path + ": key a.c: missing");
      assertThatThrownBy(() -> file.tensor("t")).hasMessage(path + ": tensor t is missing");
    }
  }

  @Test
  void writesAllOrNothing() throws IOException {
    Path path = folder.resolve("model.gguf");
    Files.writeString(path, "the old one");
    GgufWriter failing =
        new GgufWriter()
            .tensor(
                "t",
                GgmlType.F32,
                new long[] {8},
                out -> {
                  throw new IOException("no space left");
                });
    assertThatThrownBy(() -> failing.write(path)).hasMessageContaining("no space left");
    GgufWriter shortOne = new GgufWriter().tensor("t", GgmlType.F32, new long[] {8}, zeros(31));
    assertThatThrownBy(() -> shortOne.write(path))
        .hasMessageContaining("31 bytes written, 32 declared");
    assertThat(Files.readString(path)).isEqualTo("the old one");
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aPartMustSayItselfWhichItIs() {
    Path first = folder.resolve("m-00001-of-00002.gguf");
    Path second = folder.resolve("m-00002-of-00002.gguf");
    part(0).write(first);
    part(0).write(second);
    assertPartMalformed(first, second, "named as part 2, but says that it is part 1");
    new GgufWriter().write(second);
    assertPartMalformed(first, second, "key split.no: missing");
    part(1).put("split.count", GgufValue.uint32(3)).write(second);
    assertPartMalformed(first, second, "a part of 3, beside a first part of 2");
    part(1).put("split.no", GgufValue.uint32(0xFFFF_FFFFL)).write(second);
    assertPartMalformed(first, second, "out of range");
    part(0).put("split.count", GgufValue.uint32(0x7FFF_FFFFL)).write(first);
    assertMalformed(first, "must be named NAME-00001-of-2147483647.gguf");
    part(0).put("split.tensors.count", GgufValue.uint32(7)).write(first);
    part(1).write(second);
    assertMalformed(first, "7 tensors promised, 0 found in all parts");
  }

  private static SequencedMap<String, GgufValue> everyType() {
    SequencedMap<String, GgufValue> values = new LinkedHashMap<>();
    values.put("string", GgufValue.of("한글"));
    values.put("flag", GgufValue.of(true));
    values.put("float", GgufValue.of(0.5f));
    values.put("double", new GgufValue(GgufValue.Type.FLOAT64, null, 0.25));
    Map<GgufValue.Type, Long> integers =
        Map.of(
            GgufValue.Type.UINT8, 255L,
            GgufValue.Type.INT8, -128L,
            GgufValue.Type.UINT16, 65_535L,
            GgufValue.Type.INT16, -32_768L,
            GgufValue.Type.UINT32, 0xFFFF_FFFFL,
            GgufValue.Type.INT32, -5L,
            GgufValue.Type.UINT64, Long.MIN_VALUE,
            GgufValue.Type.INT64, -7L);
    integers.forEach((type, value) -> {
      values.put("one " + type, new GgufValue(type, null, value));
      long[] several = {value, 1};
      values.put("more " + type, new GgufValue(GgufValue.Type.ARRAY, type, several));
    });
    values.put("strings", GgufValue.strings(List.of("가", "", "나")));
    values.put("floats", GgufValue.floats(0.5f, -1));
    double[] doubles = {1, 2};
    values.put("doubles", new GgufValue(GgufValue.Type.ARRAY, GgufValue.Type.FLOAT64, doubles));
    boolean[] flags = {true, false};
    values.put("flags", new GgufValue(GgufValue.Type.ARRAY, GgufValue.Type.BOOL, flags));
    return values;
  }

  private static GgufWriter part(int index) {
    return new GgufWriter()
        .put("split.no", GgufValue.uint32(index))
        .put("split.count", GgufValue.uint32(2));
  }

  private static GgufWriter.Source zeros(int bytes) {
    return filled(bytes, 0);
  }

  private static GgufWriter.Source filled(int bytes, int value) {
    return out -> {
      byte[] data = new byte[bytes];
      Arrays.fill(data, (byte) value);
      out.write(ByteBuffer.wrap(data));
    };
  }

  private static void assertMalformed(Path path, String reason) {
    assertPartMalformed(path, path, reason);
  }

  private static void assertPartMalformed(Path opened, Path named, String reason) {
    assertThatThrownBy(() -> GgufFile.open(opened).close())
        .isInstanceOf(MalformedModelException.class)
        .hasMessageStartingWith(named.toString())
        .hasMessageContaining(reason);
  }

  private Path tensorFile(String name, int type, long offset, long... shape) throws IOException {
    return write(head(1, 0).tensor(name, type, offset, shape).pad(200));
  }

  private static Bytes head(long tensors, long keys) {
    return new Bytes().magic().u32(3).u64(tensors).u64(keys);
  }

  private Path write(Bytes bytes) throws IOException {
    return Files.write(folder.resolve("hostile.gguf"), bytes.array());
  }

  /** Bytes of a file, written by hand: a second opinion on the format. */
  private static final class Bytes {
    private final ByteBuffer buffer = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    Bytes magic() {
      buffer.put("GGUF".getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Bytes u8(int value) {
      buffer.put((byte) value);
      return this;
    }

    Bytes u32(int value) {
      buffer.putInt(value);
      return this;
    }

    Bytes u64(long value) {
      buffer.putLong(value);
      return this;
    }

    Bytes text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      buffer.putLong(utf8.length).put(utf8);
      return this;
    }

    Bytes tensor(String name, int type, long offset, long... shape) {
      text(name).u32(shape.length);
      for (long dimension : shape) {
        u64(dimension);
      }
      return u32(type).u64(offset);
    }

    Bytes pad(int bytes) {
      buffer.position(buffer.position() + bytes);
      return this;
    }

    byte[] array() {
      return Arrays.copyOf(buffer.array(), buffer.position());
    }
  }
}
