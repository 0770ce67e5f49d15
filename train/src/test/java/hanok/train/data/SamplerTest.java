package hanok.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.train.Batch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {
  private static final int LENGTH = 8;

  @TempDir Path folder;
  private final List<Shards> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(Shards::close);
  }

  /** Tokens that rise from a base, so that a row tells where it is from. */
  private Sampler.Source source(String name, int base, int tokens) {
    Path file = folder.resolve(name + ".tokens");
    try (ShardWriter writer = new ShardWriter(file, 100_000, "00".repeat(32), "ko")) {
      for (int at = 0; at < tokens; at += 5) {
        int from = base + at;
        writer.add(IntStream.range(from, from + Math.min(5, tokens - at)).toArray(), 1);
      }
      writer.finish();
    }
    Shards shards = Shards.open(file);
    open.add(shards);
    return new Sampler.Source(name, shards);
  }

  private static Sampler.Stage stage(long fromRow, Double... weights) {
    return new Sampler.Stage(fromRow, List.of(weights));
  }

  private static List<Integer> firstInputs(BatchStream stream, int rows) {
    List<Integer> first = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      first.add(stream.next(1).inputs()[0]);
    }
    return first;
  }

  @Test
  void anEpochReadsEveryWindowOnceInAnOrderOfItsOwn() {
    Sampler sampler =
        new Sampler(List.of(source("a", 0, 805)), List.of(stage(0, 1.0)), LENGTH, true, 1);
    List<List<Integer>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(sampler.epochs()).isEqualTo(epoch);
      List<Integer> first = firstInputs(sampler, 100);
      epochs.add(first);
      int shift = first.getFirst() % LENGTH;
      assertThat(shift).isBetween(0, 4); // 805 tokens are 100 windows, their last target, and 4
      assertThat(first.stream().sorted())
          .containsExactlyElementsOf(
              IntStream.range(0, 100).mapToObj(i -> shift + i * LENGTH).toList());
      assertThat(first).isNotEqualTo(first.stream().sorted().toList());
    }
    assertThat(Set.copyOf(epochs)).hasSize(3);
  }

  @Test
  void mixturesKeepTheirWeightsInEveryStretch() {
    List<Sampler.Source> sources =
        List.of(source("a", 0, 500), source("b", 10_000, 300), source("c", 20_000, 100));
    double[] shares = {0.5, 0.3, 0.2};
    Sampler sampler = new Sampler(sources, List.of(stage(0, 5.0, 3.0, 2.0)), LENGTH, true, 1);
    int[] taken = new int[3];
    for (int row = 1; row <= 2000; row++) {
      taken[sampler.next(1).inputs()[0] / 10_000]++;
      for (int s = 0; s < 3; s++) {
        assertThat((double) taken[s]).isBetween(shares[s] * row - 1, shares[s] * row + 1);
      }
    }
    assertThat(sampler.state().taken()).containsExactly(1000L, 600L, 400L);
    assertThat(sampler.epochsBySource().get("c")).isEqualTo(400 / 12.0);
  }

  @Test
  void theSecondStageHasWeightsOfItsOwn() {
    List<Sampler.Source> sources = List.of(source("a", 0, 500), source("b", 10_000, 300));
    Sampler sampler =
        new Sampler(sources, List.of(stage(0, 1.0, 0.0), stage(101, 0.0, 1.0)), LENGTH, true, 1);
    List<Integer> first = firstInputs(sampler, 150);
    assertThat(first.subList(0, 101)).allMatch(token -> token < 10_000);
    assertThat(first.subList(101, 150)).allMatch(token -> token >= 10_000);
    sampler =
        new Sampler(sources, List.of(stage(0, 3.0, 1.0), stage(40, 1.0, 3.0)), LENGTH, true, 1);
    firstInputs(sampler, 80);
    assertThat(sampler.state().taken()).containsExactly(40L, 40L);
  }

  @Test
  void rowsDoNotDependOnHowManyAreTakenAtATime() {
    List<Sampler.Source> sources = List.of(source("a", 0, 500), source("b", 10_000, 300));
    List<Sampler.Stage> stages = List.of(stage(0, 2.0, 1.0), stage(33, 1.0, 4.0));
    Sampler one = new Sampler(sources, stages, LENGTH, false, 7);
    Sampler five = new Sampler(sources, stages, LENGTH, false, 7);
    for (int i = 0; i < 40; i++) {
      Batch batch = five.next(5);
      for (int row = 0; row < 5; row++) {
        Batch single = one.next(1);
        int from = row * LENGTH;
        int to = from + LENGTH;
        assertThat(single.inputs()).isEqualTo(Arrays.copyOfRange(batch.inputs(), from, to));
        assertThat(single.targets()).isEqualTo(Arrays.copyOfRange(batch.targets(), from, to));
        assertThat(single.weights()).isEqualTo(Arrays.copyOfRange(batch.weights(), from, to));
        assertThat(single.documents()).isEqualTo(Arrays.copyOfRange(batch.documents(), from, to));
      }
    }
    assertThat(one.state()).isEqualTo(five.state());
  }

  @Test
  void aStreamGoesOnWhereItWas() {
    List<Sampler.Source> sources = List.of(source("a", 0, 500), source("b", 10_000, 300));
    List<Sampler.Stage> stages = List.of(stage(0, 2.0, 1.0), stage(60, 1.0, 4.0));
    Sampler sampler = new Sampler(sources, stages, LENGTH, false, 7);
    List<DataState> states = new ArrayList<>();
    List<int[]> inputs = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      states.add(sampler.state());
      inputs.add(sampler.next(2).inputs());
    }
    for (int i = 0; i < 120; i += 17) {
      Sampler other = new Sampler(sources, stages, LENGTH, false, 7);
      other.next(3);
      other.restore(states.get(i));
      for (int j = i; j < 120; j++) {
        assertThat(other.next(2).inputs()).isEqualTo(inputs.get(j));
      }
    }
    Sampler changed = new Sampler(sources, stages, LENGTH, false, 8);
    assertThatThrownBy(() -> changed.restore(states.getFirst()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seed 8, and was a of 500 tokens")
        .hasMessageEndingWith("seed 7");
  }

  @Test
  void permutationsAreOneToOneAndDiffer() {
    Set<List<Long>> orders = new HashSet<>();
    for (long size : new long[] {1, 2, 3, 4, 5, 16, 17, 100, 255, 257, 1000, 4097}) {
      for (long seed = 0; seed < 3; seed++) {
        Permutation permutation = new Permutation(size, seed);
        List<Long> order = new ArrayList<>();
        for (long i = 0; i < size; i++) {
          order.add(permutation.of(i));
        }
        assertThat(Set.copyOf(order)).hasSize((int) size);
        assertThat(order).allMatch(i -> i >= 0 && i < size);
        if (size > 15) {
          assertThat(orders.add(order)).isTrue();
        }
      }
    }
  }

  @Test
  void permutationsAreAsRandomAsTheyLook() {
    // Where the first of 10 things goes, over seeds: chi-square with 9 degrees of freedom.
    int[] counts = new int[10];
    int neighbours = 0;
    for (long seed = 0; seed < 10_000; seed++) {
      Permutation permutation = new Permutation(10, seed);
      counts[(int) permutation.of(0)]++;
      neighbours += permutation.of(1) == permutation.of(0) + 1 ? 1 : 0;
    }
    double chi = Arrays.stream(counts).mapToDouble(n -> (n - 1000.0) * (n - 1000.0) / 1000).sum();
    assertThat(chi).isLessThan(27.9); // p = 0.001
    assertThat(neighbours).isBetween(800, 1200); // 9 of 90 ordered pairs
  }

  @Test
  void setsThatAreTooSmallAndStagesThatDoNotFitAreRefused() {
    List<Sampler.Source> sources = List.of(source("tiny", 0, 8));
    assertThatThrownBy(() -> new Sampler(sources, List.of(stage(0, 1.0)), LENGTH, true, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tiny has 8 tokens, too few for a row of 8 and its last target");
    assertThatThrownBy(() -> new Sampler(sources, List.of(stage(0, 1.0, 2.0)), 4, true, 1))
        .hasMessage("2 weights for 1 sources");
    assertThatThrownBy(() -> new Sampler(sources, List.of(stage(1, 1.0)), 4, true, 1))
        .hasMessage("the first stage does not begin with row 0");
    assertThatThrownBy(
            () -> new Sampler(sources, List.of(stage(0, 1.0), stage(0, 1.0)), 4, true, 1))
        .hasMessage("stage 2 begins with row 0, the one before with 0");
    assertThatThrownBy(() -> stage(0, 1.0, Double.NaN)).hasMessageContaining("NaN");
  }
}
