package hanok.kernel;

import hanok.gguf.GgmlType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 128 interleaved rows times a prompt, as bytes by oneDNN: rounding the weights is included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ByteTileBenchmark {
  private static final int ROWS = ByteTile.ROWS;
  private static final int COLUMNS = 4096;

  @Param({"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  public GgmlType type;

  @Param({"16", "64", "512"})
  public int tokens;

  private InterleavedMatrix matrix;
  private Activations x;
  private float[] y;

  @Setup
  public void make() {
    matrix = MadeUp.interleaved(type, ROWS, COLUMNS, Arithmetic.BYTES);
    if (matrix.layout(tokens) != Layout.BYTES) {
      throw new IllegalStateException("there is no oneDNN for this machine");
    }
    x = MadeUp.activations(tokens, COLUMNS);
    try (WorkerPool pool = new WorkerPool(1)) {
      x.prepare(matrix.rounding(), Layout.BYTES, pool);
    }
    y = new float[tokens * ROWS];
  }

  @Benchmark
  public float[] multiply(Products count) {
    matrix.multiply(0, ROWS, x, y, 0, ROWS);
    count.products += (long) tokens * ROWS * COLUMNS;
    return y;
  }
}
