package hanok.quantize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportanceMatrixTest {
  @TempDir Path folder;

  private static ImportanceMatrix matrix() {
    SequencedMap<String, ImportanceMatrix.Sums> sums = new TreeMap<>();
    sums.put("blk.0.attn_q.weight", new ImportanceMatrix.Sums(new float[] {1, 2, 6}, 4));
    sums.put("blk.0.ffn_up.weight", new ImportanceMatrix.Sums(new float[] {5}, 0));
    return new ImportanceMatrix("im.gguf", sums, 7, 512, List.of("글.txt"));
  }

  /** As llama.cpp wrote it before it wrote GGUF. */
  private static byte[] legacy() {
    ByteBuffer bytes = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(1).putInt(5).put("a.b.c".getBytes(UTF_8));
    bytes.putInt(4).putInt(3).putFloat(1).putFloat(2).putFloat(6);
    bytes.putInt(7).putInt(7).put("글.txt".getBytes(UTF_8));
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("im.dat"), bytes);
  }

  @Test
  void readsWhatItWrites() {
    Path file = folder.resolve("im.gguf");
    matrix().write(file);
    ImportanceMatrix read = ImportanceMatrix.read(file);
    assertThat(read.of("blk.0.attn_q.weight")).containsExactly(0.25f, 0.5f, 1.5f);
    assertThat(read.of("blk.0.ffn_up.weight")).as("nothing was seen").containsExactly(1f);
    assertThat(read.of("blk.1.ffn_up.weight")).isEmpty();
    assertThat(read.chunks()).isEqualTo(7);
    assertThat(read.chunkTokens()).isEqualTo(512);
    assertThat(read.datasets()).containsExactly("글.txt");
    assertThat(read.name()).isEqualTo("im.gguf");
  }

  @Test
  void writesTheKeysAndTensorsThatLlamaCppReads() {
    Path file = folder.resolve("im.gguf");
    matrix().write(file);
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.metadata().values().keySet())
          .containsExactly(
              "general.type", "imatrix.datasets", "imatrix.chunk_count", "imatrix.chunk_size");
      assertThat(gguf.tensor("blk.0.attn_q.weight.in_sum2").shape()).containsExactly(3, 1);
      assertThat(gguf.tensor("blk.0.attn_q.weight.counts").shape()).containsExactly(1, 1);
    }
  }

  @Test
  void readsTheOlderFormat() throws IOException {
    ImportanceMatrix read = ImportanceMatrix.read(write(legacy()));
    assertThat(read.of("a.b.c")).containsExactly(0.25f, 0.5f, 1.5f);
    assertThat(read.chunks()).isEqualTo(7);
    assertThat(read.datasets()).containsExactly("글.txt");
  }

  /** After the matrices nothing is needed, and the oldest files end there. */
  @Test
  void refusesEveryBeginningOfAFile() throws IOException {
    byte[] whole = legacy();
    int enough = whole.length - 15;
    for (int length = 0; length < enough; length++) {
      Path file = write(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ImportanceMatrix.read(file))
          .as("%d bytes", length)
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining("no importance matrix");
    }
    assertThat(ImportanceMatrix.read(write(Arrays.copyOf(whole, enough))).datasets()).isEmpty();
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path text = write("This is a text, and not a short one either.".getBytes(UTF_8));
    assertThatThrownBy(() -> ImportanceMatrix.read(text))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("no importance matrix");
    Path model = Path.of("..", "golden", "exaone-a-F16.gguf");
    assertThatThrownBy(() -> ImportanceMatrix.read(model))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("no importance matrix");
    assertThatThrownBy(() -> ImportanceMatrix.read(folder.resolve("none")))
        .hasCauseInstanceOf(NoSuchFileException.class);
  }

  @Test
  void refusesNumbersThatNoSquaresAddUpTo() throws IOException {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1}) {
      byte[] bytes = legacy();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(25, bad);
      Path file = write(bytes);
      assertThatThrownBy(() -> ImportanceMatrix.read(file))
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining("a.b.c: value 1 is " + bad);
    }
  }
}
