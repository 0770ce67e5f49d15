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

/** 128 rows as they lie in files, times one token. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RowBenchmark {
  private static final int ROWS = 128;
  private static final int COLUMNS = 4096;

  @Param({
    "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
    "Q6_K", "IQ4_NL", "IQ4_XS"
  })
  public GgmlType type;

  private RowMatrix matrix;
  private Activations x;
  private final float[] y = new float[ROWS];

  @Setup
  public void make() {
    matrix = MadeUp.matrix(type, ROWS, COLUMNS);
    x = MadeUp.activations(1, COLUMNS);
    x.round(matrix.rounding());
  }

  @Benchmark
  public float[] multiply(Products count) {
    matrix.multiply(0, ROWS, x, y, 0, ROWS);
    count.products += (long) ROWS * COLUMNS;
    return y;
  }
}
