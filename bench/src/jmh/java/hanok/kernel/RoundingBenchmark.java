package hanok.kernel;

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

/** Rounding the activations of a token; what is counted are the values. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoundingBenchmark {
  private static final int COLUMNS = 4096;

  @Param({"BY_32", "BY_256"})
  public Rounding rounding;

  private final float[] values = MadeUp.values(COLUMNS);
  private final Activations x = new Activations(1, COLUMNS);

  @Setup
  public void make() {
    x.set(values, 0, 1, COLUMNS);
  }

  @Benchmark
  public Activations round(Products count) {
    x.set(values, 0, 1, COLUMNS);
    x.round(rounding);
    count.products += COLUMNS;
    return x;
  }
}
