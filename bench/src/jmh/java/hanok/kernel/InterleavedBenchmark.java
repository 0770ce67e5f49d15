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

/** 128 interleaved rows, which the second cache holds, times some tokens, without oneDNN. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class InterleavedBenchmark {
  private static final int ROWS = 128;
  private static final int COLUMNS = 4096;

  @Param({"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K"})
  public GgmlType type;

  @Param({"1", "4", "8", "64", "512"})
  public int tokens;

  private InterleavedMatrix matrix;
  private Activations x;
  private float[] y;

  @Setup
  public void make() {
    matrix = MadeUp.interleaved(type, ROWS, COLUMNS, Arithmetic.FLOATS);
    x = MadeUp.activations(tokens, COLUMNS);
    x.round(matrix.rounding());
    y = new float[tokens * ROWS];
  }

  @Benchmark
  public float[] multiply(Products count) {
    matrix.multiply(0, ROWS, x, y, 0, ROWS);
    count.products += (long) tokens * ROWS * COLUMNS;
    return y;
  }
}
