package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Metadata;
import hanok.gguf.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * How much each column of each matrix matters: the mean of the squares of what the matrix was
 * multiplied by while a text went through the model. Read from, and written as, llama.cpp's {@code
 * imatrix} files: GGUF, or for reading also its older format.
 *
 * @param name of the file
 * @param tensors what was seen of each matrix
 * @param chunks pieces of text that the means are of
 * @param chunkTokens tokens of a piece; 0 if it is not known
 * @param datasets names of the texts
 */
public record ImportanceMatrix(
    String name,
    SequencedMap<String, Sums> tensors,
    int chunks,
    int chunkTokens,
    List<String> datasets) {
  private static final int GGUF_MAGIC = 0x46554747;
  private static final String SQUARES = ".in_sum2";
  private static final String COUNTS = ".counts";
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * What was seen of one matrix.
   *
   * @param squares sum of the squares in each column
   * @param count vectors that were summed
   */
  public record Sums(float[] squares, float count) {
    /** Means of the squares; ones, if nothing was seen. */
    float[] means() {
      float[] means = new float[squares.length];
      for (int i = 0; i < means.length; i++) {
        means[i] = count > 0 ? squares[i] / count : 1;
      }
      return means;
    }
  }

  /**
   * Reads a file of either format.
   *
   * @throws MalformedModelException if it is neither, or has no finite numbers
   * @throws UncheckedIOException if it cannot be read
   */
  public static ImportanceMatrix read(Path path) {
    try (FileChannel file = FileChannel.open(path)) {
      ByteBuffer magic = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      file.read(magic, 0);
      if (magic.getInt(0) != GGUF_MAGIC) {
        ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, sizeOf(path, file));
        return new LegacyImportance(path, bytes.order(ByteOrder.LITTLE_ENDIAN)).read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (GgufFile gguf = GgufFile.open(path)) {
      return of(gguf);
    }
  }

  private static long sizeOf(Path path, FileChannel file) throws IOException {
    if (file.size() > Integer.MAX_VALUE) {
      throw malformed(path, "no importance matrix is as large");
    }
    return file.size();
  }

  private static ImportanceMatrix of(GgufFile gguf) {
    Metadata metadata = gguf.metadata();
    if (!metadata.string("general.type", "imatrix").equals("imatrix")) {
      throw malformed(gguf.path(), "this is a model, not an importance matrix");
    }
    SequencedMap<String, Sums> tensors = new TreeMap<>();
    for (Tensor squares : gguf.tensors().values()) {
      if (squares.name().endsWith(SQUARES)) {
        String name = squares.name().substring(0, squares.name().length() - SQUARES.length());
        float[] counts = floats(gguf.path(), gguf.tensor(name + COUNTS));
        if (counts.length != 1) {
          throw malformed(gguf.path(), "%s has %d experts".formatted(name, counts.length));
        }
        tensors.put(name, new Sums(floats(gguf.path(), squares), counts[0]));
      }
    }
    if (tensors.isEmpty()) {
      throw malformed(gguf.path(), "this GGUF file is no importance matrix");
    }
    List<String> datasets =
        metadata.has("imatrix.datasets") ? metadata.strings("imatrix.datasets") : List.of();
    return new ImportanceMatrix(
        String.valueOf(gguf.path().getFileName()),
        Collections.unmodifiableSequencedMap(tensors),
        metadata.integer("imatrix.chunk_count", 0),
        metadata.integer("imatrix.chunk_size", 0),
        datasets);
  }

  private static float[] floats(Path path, Tensor tensor) {
    if (tensor.type() != GgmlType.F32 || tensor.elements() > Integer.MAX_VALUE / 4) {
      throw malformed(path, "tensor %s is not a vector of F32".formatted(tensor.name()));
    }
    float[] values = tensor.data().toArray(FLOAT);
    check(path, tensor.name(), values);
    return values;
  }

  /** Sums of squares are finite and not negative. */
  static void check(Path path, String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i]) || values[i] < 0) {
        throw malformed(path, "%s: value %d is %s".formatted(name, i, values[i]));
      }
    }
  }

  static MalformedModelException malformed(Path path, String reason) {
    return new MalformedModelException(path, MalformedModelException.NOWHERE, reason);
  }

  /** The importance of each column of a tensor; empty if nothing is known of it. */
  float[] of(String tensor) {
    Sums sums = tensors.get(tensor);
    return sums == null ? new float[0] : sums.means();
  }

  /**
   * Writes a GGUF file, which appears only when it is whole.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void write(Path path) {
    GgufWriter writer = new GgufWriter();
    writer.put("general.type", GgufValue.of("imatrix"));
    writer.put("imatrix.datasets", GgufValue.strings(datasets));
    writer.put("imatrix.chunk_count", GgufValue.uint32(chunks));
    writer.put("imatrix.chunk_size", GgufValue.uint32(chunkTokens));
    tensors.forEach((name, sums) -> {
      add(writer, name + SQUARES, new long[] {sums.squares.length, 1}, sums.squares);
      add(writer, name + COUNTS, new long[] {1, 1}, sums.count);
    });
    writer.write(path);
  }

  private static void add(GgufWriter writer, String name, long[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    writer.tensor(
        name,
        GgmlType.F32,
        shape,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /** Keys that tell a reader of the quantised file what its importances came from. */
  SequencedMap<String, GgufValue> metadata() {
    SequencedMap<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("quantize.imatrix.file", GgufValue.of(name));
    if (!datasets.isEmpty()) {
      keys.put("quantize.imatrix.dataset", GgufValue.of(datasets.getFirst()));
    }
    keys.put("quantize.imatrix.entries_count", GgufValue.uint32(tensors.size()));
    if (chunks > 0) {
      keys.put("quantize.imatrix.chunks_count", GgufValue.uint32(chunks));
    }
    return keys;
  }
}
