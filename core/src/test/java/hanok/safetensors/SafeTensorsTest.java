package hanok.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
  @TempDir Path folder;

  private static SafeTensorsWriter threeTensors() {
    return new SafeTensorsWriter()
        .metadata("format", "pt")
        .metadata("이름", "값 \"x\"")
        .tensor("flags", DType.BOOL, new long[] {3}, out -> out.write(bytes(3, 1)))
        .tensor("임베딩", DType.BF16, new long[] {5, 7}, out -> out.write(bytes(70, 2)))
        .tensor("scalar", DType.F64, new long[] {}, out -> out.write(bytes(8, 3)))
        .tensor("empty", DType.F32, new long[] {0, 4}, out -> {});
  }

  private static ByteBuffer bytes(int count, int seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Test
  void readsBackWhatItWrote() {
    Path file = folder.resolve("model.safetensors");
    threeTensors().write(file);
    try (SafeTensors read = SafeTensors.open(folder)) {
      assertThat(read.path()).isEqualTo(file);
      assertThat(read.metadata()).containsEntry("format", "pt").containsEntry("이름", "값 \"x\"");
      assertThat(read.tensors().keySet()).containsExactly("scalar", "empty", "임베딩", "flags");
      SafeTensors.Tensor tensor = read.tensor("임베딩");
      assertThat(tensor.dtype()).isEqualTo(DType.BF16);
      assertThat(tensor.shape()).containsExactly(5, 7);
      assertThat(tensor.shapeText()).isEqualTo("5 x 7");
      assertThat(tensor.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes(70, 2).array());
      assertThat(read.tensor("flags").data().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(bytes(3, 1).array());
      assertThat(read.tensor("scalar").shape()).isEmpty();
      assertThat(read.tensor("empty").data().byteSize()).isZero();
      assertThat(read.find("none")).isEmpty();
    }
  }

  @Test
  void alignsEveryTensorToItsValues() throws IOException {
    Path file = folder.resolve("model.safetensors");
    threeTensors().write(file);
    assertThat(headerLength(file) % 8).isZero();
    try (SafeTensors read = SafeTensors.open(file)) {
      for (SafeTensors.Tensor tensor : read.tensors().values()) {
        assertThat(tensor.data().address() % tensor.dtype().bytes()).as(tensor.name()).isZero();
      }
    }
  }

  private static long headerLength(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  @Test
  void writesAsManyShardsAsTheyNeed() throws IOException {
    threeTensors().writeShards(folder, 70);
    assertThat(names())
        .containsExactly(
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json");
    try (SafeTensors read = SafeTensors.open(folder)) {
      assertThat(read.tensors()).hasSize(4);
      assertThat(read.tensor("임베딩").data().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(bytes(70, 2).array());
      assertThat(read.metadata()).containsEntry("format", "pt");
    }
    assertThat(Files.readString(folder.resolve("model.safetensors.index.json")))
        .contains("\"total_size\" : 81");
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList().stream();
    }
  }

  @Test
  void leavesNothingButTheOldFileWhenASourceFails() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.writeString(file, "old");
    SafeTensorsWriter failing =
        threeTensors()
            .tensor(
                "bad",
                DType.U8,
                new long[] {1},
                out -> {
                  throw new IOException("disk full");
                });
    assertThatThrownBy(() -> failing.write(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("disk full");
    assertThatThrownBy(() -> failing.writeShards(folder, 70))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(names()).containsExactly("model.safetensors");
    assertThat(Files.readString(file)).isEqualTo("old");
  }

  @Test
  void refusesASourceThatWritesTooLittle() throws IOException {
    SafeTensorsWriter writer =
        new SafeTensorsWriter()
            .tensor("short", DType.F32, new long[] {4}, out -> out.write(bytes(12, 1)));
    assertThatThrownBy(() -> writer.write(folder.resolve("x.safetensors")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("12 bytes written, 16 declared");
    assertThat(names()).isEmpty();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                          | 4 data bytes",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} x    | not JSON",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}{}    | goes on",
        "['a']                                                       | does not begin with {",
        "{'a':{'dtype':'F8_E4M3','shape':[4],'data_offsets':[0,4]}}  | dtype F8_E4M3",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}  | span 4 bytes, its shape needs 8",
        "{'a':{'dtype':'U8','shape':[-4],'data_offsets':[0,4]}}      | -4 is negative",
        "{'a':{'dtype':'U8','shape':[4.0],'data_offsets':[0,4]}}     | VALUE_NUMBER_FLOAT found",
        "{'a':@4:4:0}       | span -4 bytes",
        "{'a':@5:0:5}       | ends at 5 of 4",
        "{'a':@3:1:4}       | begins at 1",
        "{'a':@3:0:3}       | the tensors end at 3",
        "{'a':{'dtype':'U8','shape':[4]}}                            | lacks one of",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0]}}         | lacks one of",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4,4]}}     | more than 2 numbers",
        "{'a':4}                                                     | START_OBJECT expected",
        "{'__metadata__':{'a':1}}                                    | VALUE_STRING expected",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,4]}} | 2^63",
        "{'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,4]}}   | not JSON",
        "{'a':@2:0:2,'a':@2:2:4} | Duplicate",
        "{'a':@3:0:3,'b':@2:2:4} | the one before ends at 3",
        "{'a':@1:0:1,'b':@2:2:4} | the one before ends at 1",
      })
  void saysWhatIsWrongWithAHeader(String header, String reason) throws IOException {
    // @size:begin:end is short for a tensor of bytes
    String tensor = "{'dtype':'U8','shape':[$1],'data_offsets':[$2,$3]}";
    String full = header.replaceAll("@(\\d+):(\\d+):(\\d+)", tensor);
    byte[] json = full.replace('\'', '"').getBytes(UTF_8);
    Path file = file(json.length, json, 4);
    assertThatThrownBy(() -> SafeTensors.open(file).close())
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesAHeaderLongerThanTheFileOrTheLimit() throws IOException {
    for (long length : new long[] {7, 100_000_001, Long.MAX_VALUE, -1}) {
      Path file = file(length, "{}".getBytes(UTF_8), 0);
      assertThatThrownBy(() -> SafeTensors.open(file).close())
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining("a header of " + Long.toUnsignedString(length) + " bytes");
    }
    Path tiny = Files.write(folder.resolve("tiny.safetensors"), new byte[7]);
    assertThatThrownBy(() -> SafeTensors.open(tiny).close())
        .isInstanceOf(MalformedModelException.class);
  }

  private Path file(long headerLength, byte[] json, int dataBytes) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(8 + json.length + dataBytes);
    all.order(ByteOrder.LITTLE_ENDIAN).putLong(headerLength).put(json);
    return Files.write(folder.resolve("x.safetensors"), all.array());
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'weight_map':{'a':'one.safetensors','b':'two.safetensors'}} | which is not there",
        "{'weight_map':{'a':'one.safetensors','b':'one.safetensors'}}   | which does not have it",
        "{'weight_map':{'c':'one.safetensors'}}                         | puts it nowhere",
        "{'weight_map':{'a':'../one.safetensors'}}                      | ../one.safetensors",
        "{'weight_map':{'a':7}}                                         | put in 7",
        "{'weight_map':[]}                                              | no object weight_map",
        "{'weight_map'                                                  | not JSON",
        "{'weight_map':{'a':'one.safetensors','a':'one.safetensors'}}   | Duplicate",
      })
  void saysWhereIndexAndShardsDisagree(String index, String reason) throws IOException {
    new SafeTensorsWriter()
        .tensor("a", DType.U8, new long[] {1}, out -> out.write(bytes(1, 1)))
        .write(folder.resolve("one.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), index.replace('\'', '"'), UTF_8);
    assertThatThrownBy(() -> SafeTensors.open(folder).close())
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesAFolderWithoutACheckpoint() {
    assertThatThrownBy(() -> SafeTensors.open(folder).close())
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("neither");
  }

  @Test
  void survivesTwoThousandMutations() throws IOException {
    Path file = folder.resolve("model.safetensors");
    threeTensors().write(file);
    byte[] original = Files.readAllBytes(file);
    int head = (int) headerLength(file) + 8;
    Random random = new Random(42);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] mutated = mutate(original, head, random);
      Files.write(file, mutated);
      try (SafeTensors read = SafeTensors.open(file)) {
        read.tensors().values().forEach(t -> t.data().toArray(ValueLayout.JAVA_BYTE));
      } catch (MalformedModelException e) {
        assertThat(e.offset()).as("mutation %d", i).isBetween(0L, (long) original.length);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  private static byte[] mutate(byte[] original, int head, Random random) {
    byte[] mutated = original.clone();
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(original, random.nextInt(original.length));
      }
      case 1 -> ByteBuffer.wrap(mutated).putLong(random.nextInt(head - 8), random.nextLong());
      default -> {
        String interesting = "{}[]:,\"0123456789-.eE \\\0nF";
        for (int n = random.nextInt(3); n >= 0; n--) {
          byte value = (byte) interesting.charAt(random.nextInt(interesting.length()));
          mutated[random.nextInt(head)] = value;
        }
      }
    }
    return mutated;
  }
}
