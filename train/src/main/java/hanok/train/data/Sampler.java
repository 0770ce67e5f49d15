package hanok.train.data;

import hanok.train.Batch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Windows of several sets of shards, mixed and shuffled, without end. A row is {@code length + 1}
 * tokens that follow each other in a shard, so {@code length} inputs and their targets.
 *
 * <p>Which set a row comes from follows from the weights alone: always the set that is furthest
 * behind its share, so that every stretch of rows is mixed as asked for. Which window of the set:
 * each once an epoch, in an order that the seed and the epoch decide. So all that must be
 * remembered is how many rows each set has given.
 */
public final class Sampler implements BatchStream {
  /** Distinguishes what is drawn for the order of windows from what is drawn for their shift. */
  private static final long JITTER = 1;

  /** Shards that have one weight in the mixture. */
  public record Source(String name, Shards shards) {}

  /**
   * A part of the training.
   *
   * @param fromRow the first row of it; 0 for the first stage
   * @param weights of the sources, in their order; only their ratios count
   */
  public record Stage(long fromRow, List<Double> weights) {
    public Stage {
      weights = List.copyOf(weights);
      double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
      boolean bad = weights.stream().anyMatch(weight -> !(weight >= 0));
      if (bad || !(sum > 0 && Double.isFinite(sum))) {
        throw new IllegalArgumentException(
            "weights %s must not be negative, nor all 0".formatted(weights));
      }
    }

    private double share(int source) {
      double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
      return weights.get(source) / sum;
    }
  }

  private final List<Source> sources;
  private final List<Stage> stages;
  private final int length;
  private final boolean across;
  private final long seed;
  private final long[] windows;
  private final long[] taken;
  private final long[] epochs;
  private final Permutation[] orders;
  private long rows;

  /**
   * @param length tokens a row
   * @param across whether attention passes from a document into the next; if not, positions begin
   *     anew with each, and the first token of a document is not learned
   * @throws IllegalArgumentException if a set that has a weight has no window of this length, or
   *     stages and sources do not fit together
   */
  public Sampler(List<Source> sources, List<Stage> stages, int length, boolean across, long seed) {
    this.sources = List.copyOf(sources);
    this.stages = List.copyOf(stages);
    this.length = length;
    this.across = across;
    this.seed = seed;
    windows = sources.stream().mapToLong(source -> source.shards().windows(length)).toArray();
    taken = new long[windows.length];
    epochs = new long[windows.length];
    Arrays.fill(epochs, -1);
    orders = new Permutation[windows.length];
    requireStages();
    requireWindows();
  }

  private void requireStages() {
    if (stages.isEmpty() || stages.getFirst().fromRow() != 0) {
      throw new IllegalArgumentException("the first stage does not begin with row 0");
    }
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      if (stage.weights().size() != sources.size()) {
        throw new IllegalArgumentException(
            "%d weights for %d sources".formatted(stage.weights().size(), sources.size()));
      }
      if (i > 0 && stage.fromRow() <= stages.get(i - 1).fromRow()) {
        throw new IllegalArgumentException(
            "stage %d begins with row %d, the one before with %d"
                .formatted(i + 1, stage.fromRow(), stages.get(i - 1).fromRow()));
      }
    }
  }

  private void requireWindows() {
    for (int i = 0; i < windows.length; i++) {
      int source = i;
      if (windows[i] == 0 && stages.stream().anyMatch(s -> s.weights().get(source) > 0)) {
        throw new IllegalArgumentException(
            "%s has %d tokens, too few for a row of %d and its last target"
                .formatted(sources.get(i).name(), sources.get(i).shards().tokens(), length));
      }
    }
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public Batch next(int count) {
    BatchBuilder batch = new BatchBuilder(count, length);
    for (int row = 0; row < count; row++) {
      int source = furthestBehind();
      long epoch = taken[source] / windows[source];
      if (epoch != epochs[source]) {
        epochs[source] = epoch;
        orders[source] = new Permutation(windows[source], Mix.bits(seed, source, epoch));
      }
      long window = orders[source].of(taken[source] % windows[source]);
      long jitter = Mix.bits(Mix.bits(seed, source, epoch), JITTER);
      sources.get(source).shards().fill(window, jitter, across, batch, row);
      taken[source]++;
      rows++;
    }
    return batch.build();
  }

  /** The source that the next row brings closest to its share; the first of equal ones. */
  private int furthestBehind() {
    int best = -1;
    double most = Double.NEGATIVE_INFINITY;
    Stage now = stages.getFirst();
    for (Stage stage : stages) {
      now = stage.fromRow() <= rows ? stage : now;
    }
    for (int i = 0; i < windows.length; i++) {
      double behind = due(i, rows + 1) - taken[i];
      if (now.weights().get(i) > 0 && behind > most) {
        most = behind;
        best = i;
      }
    }
    return best;
  }

  /** How many of the first rows should be of a source. */
  private double due(int source, long firstRows) {
    double due = 0;
    for (int s = 0; s < stages.size(); s++) {
      long from = stages.get(s).fromRow();
      long to = s + 1 < stages.size() ? stages.get(s + 1).fromRow() : Long.MAX_VALUE;
      long within = Math.min(to, firstRows) - from;
      due += within > 0 ? stages.get(s).share(source) * within : 0;
    }
    return due;
  }

  /** All windows of all sources. */
  @Override
  public long rowsPerEpoch() {
    return Arrays.stream(windows).sum();
  }

  /** All rows that were taken, over all windows that there are. */
  @Override
  public double epochs() {
    return (double) rows / rowsPerEpoch();
  }

  /** How often each source has been read through, by its name. */
  public SequencedMap<String, Double> epochsBySource() {
    SequencedMap<String, Double> read = new LinkedHashMap<>();
    for (int i = 0; i < windows.length; i++) {
      read.put(sources.get(i).name(), windows[i] == 0 ? 0 : (double) taken[i] / windows[i]);
    }
    return read;
  }

  @Override
  public DataState state() {
    return new DataState(Arrays.stream(taken).boxed().toList(), data());
  }

  @Override
  public void restore(DataState state) {
    state.require(data(), taken.length);
    rows = state.rows();
    for (int i = 0; i < taken.length; i++) {
      taken[i] = state.taken().get(i);
      epochs[i] = -1;
    }
  }

  /** All that the order of rows follows from. */
  private String data() {
    String sets =
        sources.stream()
            .map(s -> "%s of %d tokens".formatted(s.name(), s.shards().tokens()))
            .collect(Collectors.joining(", "));
    String mixed =
        stages.stream()
            .map(s -> "%s from row %d".formatted(s.weights(), s.fromRow()))
            .collect(Collectors.joining(", "));
    return "%s; weights %s; rows of %d, seed %d".formatted(sets, mixed, length, seed);
  }
}
