package hanok.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Four query rows that attend to a tile of 128 positions: dots with keys, sums of values. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {
  private static final int WIDTH = 128;
  private static final int POSITIONS = 128;
  private static final int ROWS = 4;

  private final AttentionTile tile = new AttentionTile(WIDTH, POSITIONS, ROWS);
  private final float[] query = MadeUp.values(WIDTH);

  @Setup
  public void make() {
    System.arraycopy(MadeUp.values(POSITIONS * WIDTH), 0, tile.keys(), 0, POSITIONS * WIDTH);
    System.arraycopy(MadeUp.values(POSITIONS * WIDTH), 0, tile.values(), 0, POSITIONS * WIDTH);
  }

  @Benchmark
  public AttentionTile attend(Products count) {
    for (int row = 0; row < ROWS; row++) {
      tile.begin(row, query, 0, WIDTH, 0.09f);
    }
    tile.attend(0, ROWS, POSITIONS);
    count.products += 2L * ROWS * POSITIONS * WIDTH;
    return tile;
  }
}
