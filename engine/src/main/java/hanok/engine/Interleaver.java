package hanok.engine;

import hanok.gguf.GgufFile;
import hanok.kernel.Arithmetic;
import hanok.kernel.InterleavedMatrix;
import hanok.kernel.Matrix;
import hanok.kernel.RowMatrix;
import hanok.kernel.WorkerPool;
import hanok.model.Progress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Copies the matrices of a model from its file into the order in which they are fastest to multiply
 * with. Those that have no such order stay in the mapped file.
 */
final class Interleaver {
  private static final int CHUNK_BYTES = 1 << 19;

  private final GgufFile file;
  private final WorkerPool workers;
  private final Arithmetic arithmetic;
  private final Progress progress;
  private final List<Chunk> chunks = new ArrayList<>();
  private long bytesDone;
  private long bytesTotal;

  /** Rows to be packed. */
  private record Chunk(InterleavedMatrix target, int first, MemorySegment rows) {}

  private Interleaver(GgufFile file, WorkerPool workers, LoadOptions options) {
    this.file = file;
    this.workers = workers;
    arithmetic = options.arithmetic();
    progress = options.progress();
  }

  /**
   * Interleaves all matrices of a model.
   *
   * @param memory for the result
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  static Weights interleave(
      Weights weights, GgufFile file, Arena memory, WorkerPool workers, LoadOptions options) {
    return new Interleaver(file, workers, options).run(weights, memory);
  }

  private Weights run(Weights weights, Arena memory) {
    List<RowMatrix> sources = new ArrayList<>();
    weights.map(matrix -> {
      if (matrix instanceof RowMatrix rows) {
        sources.add(rows);
      }
      return matrix;
    });
    // Memory is cleared as it is allocated, which takes a while: side by side.
    Matrix[] targets = new Matrix[sources.size()];
    workers.run(targets.length, i -> targets[i] = target(sources.get(i), memory));
    Arrays.stream(targets).forEach(this::addChunks);
    workers.run(chunks.size(), i -> pack(chunks.get(i)));
    IdentityHashMap<Matrix, Matrix> interleaved = new IdentityHashMap<>();
    for (int i = 0; i < targets.length; i++) {
      interleaved.put(sources.get(i), targets[i]);
    }
    return weights.map(matrix -> interleaved.getOrDefault(matrix, matrix));
  }

  private Matrix target(RowMatrix source, Arena memory) {
    Optional<InterleavedMatrix> interleaved = InterleavedMatrix.of(source, memory, arithmetic);
    return interleaved.isPresent() ? interleaved.get() : source;
  }

  private void addChunks(Matrix matrix) {
    if (!(matrix instanceof InterleavedMatrix target)) {
      return;
    }
    long rowBytes = target.source().rowBytes();
    int together = target.rowsTogether(1);
    int step = (int) Math.max(1, CHUNK_BYTES / (rowBytes * together)) * together;
    for (int first = 0; first < target.groupedRows(); first += step) {
      int rows = Math.min(step, target.groupedRows() - first);
      long bytes = rows * rowBytes;
      chunks.add(new Chunk(target, first, target.source().data().asSlice(first * rowBytes, bytes)));
      bytesTotal += bytes;
    }
  }

  private void pack(Chunk chunk) {
    long bytes = chunk.rows.byteSize();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(bytes, Long.BYTES);
      file.read(chunk.rows, rows);
      chunk.target.pack(chunk.first, rows);
    }
    report(bytes);
  }

  private synchronized void report(long bytes) {
    bytesDone += bytes;
    progress.report(bytesDone, bytesTotal);
  }
}
