package hanok.quantize;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Tensor;
import hanok.kernel.Format;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;
import hanok.model.Progress;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes a GGUF file anew with smaller matrices. Tensors stream through in batches of rows, which
 * all threads share out, so memory does not depend on the model; every row is by itself, so the
 * bytes do not depend on the threads.
 *
 * @see Encoder
 * @see TypeMix
 */
public final class Quantizer {
  private static final int BATCH_BYTES = 8 << 20;
  private static final int TASK_VALUES = 1 << 15;
  private static final int COLUMNS_MAX = 1 << 24;
  private static final int QUANTIZATION_VERSION = 2;

  /** The largest number of half precision: above, sums of products overflow in the searches. */
  private static final float WEIGHT_MAX = 65_504;

  private final GgufFile input;
  private final QuantizeOptions options;
  private final Progress progress;
  private final List<Planned> plan;
  private final WorkerPool pool;
  private long bytesDone;
  private long bytesTotal;

  /** A tensor and the type that it will have. */
  record Planned(Tensor tensor, GgmlType type) {
    boolean changes() {
      return type != tensor.type();
    }
  }

  private Quantizer(GgufFile input, QuantizeOptions options, Progress progress, WorkerPool pool) {
    this.input = input;
    this.options = options;
    this.progress = progress;
    this.plan = plan(input, options);
    this.pool = pool;
  }

  /**
   * Writes {@code file}, which appears only when it is whole.
   *
   * @throws IllegalArgumentException if a matrix is quantised already and the options do not allow
   *     to do it again, or the importance matrix is of another model
   * @throws MalformedModelException if a weight is not finite, or too large for its type
   * @throws java.io.UncheckedIOException if the file cannot be written; nothing is left behind
   */
  public static void quantize(
      GgufFile input, QuantizeOptions options, Path file, Progress progress) {
    try (WorkerPool pool = new WorkerPool(options.threads())) {
      new Quantizer(input, options, progress, pool).write(file);
    }
  }

  /** The first matrix that is quantised already and would be again, if there is one. */
  public static Optional<Tensor> quantizedAlready(GgufFile input, QuantizeOptions options) {
    return plan(input, options).stream()
        .filter(Planned::changes)
        .map(Planned::tensor)
        .filter(tensor -> isQuantized(tensor.type()))
        .findFirst();
  }

  private static boolean isQuantized(GgmlType type) {
    return type.blockSize() > 1;
  }

  /** Every tensor, in file order, and the type that it will have. */
  static List<Planned> plan(GgufFile input, QuantizeOptions options) {
    ModelConfig config = ModelConfig.of(input);
    TypeMix mix =
        new TypeMix(
            options.type(),
            options.pure() || options.type().isPure(),
            options.output(),
            options.embedding(),
            config,
            input.find("output.weight").isEmpty(),
            options.importance() != null);
    List<Planned> plan = new ArrayList<>();
    for (Tensor tensor : input.tensors().values()) {
      boolean matrix = TypeMix.isQuantized(tensor.name(), tensor.shape());
      GgmlType type =
          matrix
              ? mix.typeOf(tensor.name(), tensor.columns(), layer(tensor.name()))
              : tensor.type();
      plan.add(new Planned(tensor, type));
    }
    return plan;
  }

  /** 7 in {@code blk.7.attn_q.weight}; -1 for what is not of a layer. */
  private static int layer(String name) {
    if (!name.startsWith("blk.")) {
      return -1;
    }
    int dot = name.indexOf('.', 4);
    try {
      return Integer.parseInt(name, 4, dot < 0 ? name.length() : dot, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void write(Path file) {
    refuseQuantized();
    GgufWriter writer = new GgufWriter();
    writer.putAll(metadata());
    boolean known = options.importance() == null;
    for (Planned planned : plan) {
      Tensor tensor = planned.tensor();
      float[] columns = planned.changes() ? importanceOf(tensor) : new float[0];
      known |= columns.length > 0;
      writer.tensor(
          tensor.name(),
          planned.type(),
          tensor.shape(),
          channel -> {
            if (planned.changes()) {
              new Conversion(tensor, planned.type(), columns).writeTo(channel);
            } else {
              copy(tensor, channel);
            }
          });
    }
    if (!known) {
      throw new IllegalArgumentException(
          "the importance matrix knows none of the matrices of " + input.path());
    }
    bytesTotal = writer.tensorBytes();
    writer.write(file);
  }

  private void refuseQuantized() {
    if (!options.requantize()) {
      quantizedAlready(input, options)
          .ifPresent(tensor -> {
            throw new IllegalArgumentException(
                "tensor %s is quantised already, as %s".formatted(tensor.name(), tensor.type()));
          });
    }
  }

  private SequencedMap<String, GgufValue> metadata() {
    SequencedMap<String, GgufValue> keys = new LinkedHashMap<>(input.metadata().values());
    keys.keySet().removeAll(List.of("split.no", "split.count", "split.tensors.count"));
    keys.put("general.quantization_version", GgufValue.uint32(QUANTIZATION_VERSION));
    keys.put("general.file_type", GgufValue.uint32(options.type().id()));
    ImportanceMatrix importance = options.importance();
    if (importance != null) {
      keys.putAll(importance.metadata());
    }
    return keys;
  }

  /** Empty if nothing is known of the tensor. */
  private float[] importanceOf(Tensor tensor) {
    ImportanceMatrix importance = options.importance();
    float[] columns = importance == null ? new float[0] : importance.of(tensor.name());
    if (columns.length > 0 && columns.length != tensor.columns()) {
      throw new IllegalArgumentException(
          "the importance matrix has %d columns for tensor %s, which has %d"
              .formatted(columns.length, tensor.name(), tensor.columns()));
    }
    return columns;
  }

  private void copy(Tensor tensor, WritableByteChannel channel) throws IOException {
    MemorySegment data = tensor.data();
    for (long at = 0; at < data.byteSize(); at += BATCH_BYTES) {
      long count = Math.min(BATCH_BYTES, data.byteSize() - at);
      writeFully(channel, data.asSlice(at, count).asByteBuffer());
    }
  }

  private void writeFully(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
    bytesDone += buffer.remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    progress.report(bytesDone, bytesTotal);
  }

  /** One tensor on its way from one type to another. */
  private final class Conversion {
    private final Tensor tensor;
    private final GgmlType type;
    private final float[] importance;
    private final Format source;
    private final int columns;
    private final int rowBytes;
    private final Queue<Scratch> free = new ConcurrentLinkedQueue<>();

    /** What a thread needs for itself. */
    private record Scratch(float[] row, Encoder encoder) {}

    Conversion(Tensor tensor, GgmlType type, float[] importance) {
      if (tensor.columns() > COLUMNS_MAX) {
        throw malformed("has rows of %d values".formatted(tensor.columns()));
      }
      this.tensor = tensor;
      this.type = type;
      this.importance = importance;
      this.source = Format.of(tensor.type());
      this.columns = (int) tensor.columns();
      this.rowBytes = Math.toIntExact(type.bytes(columns));
    }

    void writeTo(WritableByteChannel channel) throws IOException {
      long rows = tensor.rows();
      int batch = Math.clamp(rows, 1, Math.max(1, BATCH_BYTES / rowBytes));
      int rowsPerTask = Math.max(1, TASK_VALUES / columns);
      byte[] out = new byte[batch * rowBytes];
      for (long first = 0; first < rows; first += batch) {
        long start = first;
        int count = (int) Math.min(batch, rows - first);
        pool.run(
            Math.ceilDiv(count, rowsPerTask),
            task -> {
              int from = task * rowsPerTask;
              encode(start, from, Math.min(count, from + rowsPerTask), out);
            });
        writeFully(channel, ByteBuffer.wrap(out, 0, count * rowBytes));
      }
    }

    /** Encodes rows {@code from} to {@code to} of the batch that begins at {@code start}. */
    private void encode(long start, int from, int to, byte[] out) {
      Scratch scratch = free.poll();
      if (scratch == null) {
        scratch = new Scratch(new float[columns], Encoder.of(type));
      }
      for (int row = from; row < to; row++) {
        source.dequantize(tensor.data(), (start + row) * tensor.rowBytes(), scratch.row, columns);
        refuseUnfit(scratch.row, start + row);
        try {
          scratch.encoder.encode(scratch.row, columns, importance, out, row * rowBytes);
        } catch (ArithmeticException e) {
          throw malformed("row %d: %s".formatted(start + row, e.getMessage()));
        }
      }
      free.add(scratch);
    }

    private void refuseUnfit(float[] values, long row) {
      int most = 0;
      for (int i = 0; i < columns; i++) {
        most = Math.max(most, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
      }
      if (!Float.isFinite(Float.intBitsToFloat(most))) {
        throw malformed("row %d has a value that is not finite".formatted(row));
      }
      if (isQuantized(type) && Float.intBitsToFloat(most) > WEIGHT_MAX) {
        throw malformed("row %d has a value that is too large for %s".formatted(row, type));
      }
    }

    private MalformedModelException malformed(String reason) {
      return new MalformedModelException(
          input.path(), MalformedModelException.NOWHERE, "tensor " + tensor.name() + ": " + reason);
    }
  }
}
