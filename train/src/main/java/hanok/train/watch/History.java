package hanok.train.watch;

import java.util.List;

/** All that was measured and said in a run, in its order. */
public record History(List<Metrics> metrics, List<Sample> samples) {
  public History {
    metrics = List.copyOf(metrics);
    samples = List.copyOf(samples);
  }
}
