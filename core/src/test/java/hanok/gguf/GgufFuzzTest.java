package hanok.gguf;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import hanok.model.ModelConfig;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens thousands of damaged files: each opens or is refused with a sentence, nothing else. */
class GgufFuzzTest {
  private static final long[] EXTREMES = {
    0, 1, -1, 255, 256, 1L << 31, (1L << 31) - 1, 1L << 32, 1L << 61, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * A few times the largest file here: no count in a file may ask for more memory than it has
   * bytes.
   */
  private static final long ALLOCATED_BYTES_MAX = 8 << 20;

  @TempDir Path folder;

  private static GgufValue scalar(GgufValue.Type type, Object value) {
    return new GgufValue(type, null, value);
  }

  private static GgufValue array(GgufValue.Type type, Object values) {
    return new GgufValue(GgufValue.Type.ARRAY, type, values);
  }

  /** Every type of value, as scalar and as array, and a model of one layer. */
  private static GgufWriter everyType() {
    GgufWriter writer = new GgufWriter();
    for (GgufValue.Type type : GgufValue.Type.values()) {
      switch (type) {
        case STRING -> {
          writer.put("s.string", GgufValue.of("한글 and more"));
          writer.put("a.string", GgufValue.strings(List.of("", "가나다", "x")));
        }
        case BOOL -> {
          writer.put("s.bool", GgufValue.of(true));
          writer.put("a.bool", array(type, new boolean[] {true, false}));
        }
        case FLOAT32 -> {
          writer.put("s.float32", GgufValue.of(1.5f));
          writer.put("a.float32", GgufValue.floats(1, 2));
        }
        case FLOAT64 -> {
          writer.put("s.float64", scalar(type, 1.5));
          writer.put("a.float64", array(type, new double[] {1, 2}));
        }
        case ARRAY -> writer.put("a.empty", GgufValue.strings(List.of()));
        default -> {
          writer.put("s." + type, scalar(type, 7L));
          writer.put("a." + type, array(type, new long[] {1, 2, 3}));
        }
      }
    }
    return writer;
  }

  private static void addModel(GgufWriter writer) {
    writer.put("general.architecture", GgufValue.of("exaone"));
    writer.put("general.alignment", GgufValue.uint32(32));
    writer.put("split.count", GgufValue.uint32(1));
    writer.put("split.no", GgufValue.uint32(0));
    for (String key :
        new String[] {
          "embedding_length",
          "block_count",
          "feed_forward_length",
          "context_length",
          "vocab_size",
          "attention.head_count",
          "attention.head_count_kv",
          "attention.key_length",
          "attention.value_length",
          "rope.dimension_count"
        }) {
      writer.put("exaone." + key, GgufValue.uint32(32));
    }
    writer.put("exaone.attention.layer_norm_rms_epsilon", GgufValue.of(1e-5f));
    writer.put("exaone.rope.freq_base", GgufValue.of(10_000f));
    writer.put("exaone.rope.scaling.type", GgufValue.of("linear"));
    writer.put("exaone.rope.scaling.factor", GgufValue.of(2f));
    writer.tensor("token_embd.weight", GgmlType.Q8_0, new long[] {32, 32}, zeros(34 * 32));
    writer.tensor("output_norm.weight", GgmlType.F32, new long[] {32}, zeros(128));
    writer.tensor("cube", GgmlType.F16, new long[] {2, 3, 4, 5}, zeros(240));
    writer.tensor("k", GgmlType.Q5_K, new long[] {256}, zeros(176));
  }

  private static GgufWriter.Source zeros(int bytes) {
    return out -> out.write(ByteBuffer.allocate(bytes));
  }

  @Test
  void refusesDamagedFilesWithASentence() throws IOException {
    Path path = folder.resolve("small.gguf");
    GgufWriter writer = everyType();
    addModel(writer);
    writer.write(path);
    int refused = fuzz(path, 6000, (int) Files.size(path) - 1700, new Random(1));
    assertThat(refused).isGreaterThan(2000);
  }

  @Test
  void refusesADamagedModelWithASentence() throws IOException {
    Path golden = Path.of("..", "golden", "exaone35-a-Q5_K_M.gguf");
    Path path = Files.copy(golden, folder.resolve("model.gguf"));
    int refused = fuzz(path, 4000, 60_000, new Random(2));
    assertThat(refused).isGreaterThan(500);
  }

  /** Damages the file in place, opens it, and mends it, {@code count} times. */
  private static int fuzz(Path path, int count, int head, Random random) throws IOException {
    ByteBuffer original = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int refused = 0;
    try (FileChannel file = FileChannel.open(path, READ, WRITE)) {
      for (int i = 0; i < count; i++) {
        int range = random.nextInt(16) == 0 ? original.capacity() : head;
        int at = random.nextInt(range);
        damage(file, original, at, random);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        refused += opens(path, i) ? 0 : 1;
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("bytes for mutation %d", i).isLessThan(ALLOCATED_BYTES_MAX);
        file.write(original.duplicate().position(at), at);
      }
    }
    return refused;
  }

  private static void damage(FileChannel file, ByteBuffer original, int at, Random random)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(5)) {
      case 0 -> {
        file.truncate(at);
        return;
      }
      case 1 -> bytes.putLong(EXTREMES[random.nextInt(EXTREMES.length)]);
      case 2 -> bytes.putInt((int) EXTREMES[random.nextInt(EXTREMES.length)]);
      case 3 -> bytes.put((byte) random.nextInt());
      default -> bytes.put((byte) (original.get(at) ^ 1 << random.nextInt(8)));
    }
    bytes.flip();
    bytes.limit(Math.min(bytes.limit(), original.capacity() - at));
    file.write(bytes, at);
  }

  private static boolean opens(Path path, int mutation) {
    try (GgufFile file = GgufFile.open(path)) {
      for (Tensor tensor : file.tensors().values()) {
        assertThat(tensor.data().byteSize()).isEqualTo(tensor.rows() * tensor.rowBytes());
        tensor.data().get(ValueLayout.JAVA_BYTE, tensor.data().byteSize() - 1);
      }
      ModelConfig.of(file);
      return true;
    } catch (MalformedModelException e) {
      assertThat(e.reason()).as("mutation %d", mutation).isNotBlank();
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError("mutation " + mutation, e);
    }
  }
}
