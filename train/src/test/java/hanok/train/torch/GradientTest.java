package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.arange;

import hanok.model.ModelConfig;
import hanok.train.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients in float64, against autograd and against the loss itself. */
@NeedsLibTorch
class GradientTest {
  private static final Types EXACT = new Types(ScalarType.Double, ScalarType.Double);

  @TempDir Path folder;

  record Case(ModelConfig model, boolean recompute, boolean packed) {
    Batch batch() {
      return packed ? Tiny.packed(model, 3, 20, 5) : Tiny.batch(model, 3, 20, 5);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(Tiny.MODEL, Tiny.PARTIAL)
        .flatMap(model ->
            Stream.of(
                new Case(model, true, false),
                new Case(model, false, false),
                new Case(model, true, true)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areThoseOfAutograd(Case testCase) {
    TorchOptions options = Tiny.options().withRecompute(testCase.recompute());
    try (TorchLearner learner = TorchLearner.random(testCase.model(), 3, options, EXACT);
        PointerScope _ = new PointerScope()) {
      loosen(learner.weights());
      PlainModel plain = new PlainModel(learner.weights());
      double loss = learner.accumulate(testCase.batch(), 0.25);
      assertThat(plain.backward(testCase.batch(), 0.25)).isCloseTo(0.25 * loss, within(1e-10));
      plain.leaves.forEach((name, leaf) -> {
        Tensor expected = leaf.grad();
        assertThat(norm(expected)).as(name).isGreaterThan(1e-4);
        assertThat(norm(gradient(learner.weights(), name).sub(expected)))
            .as(name)
            .isLessThan(1e-10 * norm(expected));
      });
      double squares =
          plain.leaves.values().stream().mapToDouble(leaf -> Math.pow(norm(leaf.grad()), 2)).sum();
      assertThat(learner.gradientNorm()).isCloseTo(Math.sqrt(squares), within(1e-10));
    }
  }

  /** 3 rows for 2 threads, which is no even share, and for 8, of which 5 have nothing to do. */
  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void areTheSameHoweverManyThreadsShareTheRows(int threads) {
    Batch batch = Tiny.packed(Tiny.MODEL, 3, 20, 5);
    TorchOptions options = Tiny.options();
    try (TorchLearner one = TorchLearner.random(Tiny.MODEL, 3, options, EXACT);
        TorchLearner many =
            TorchLearner.random(Tiny.MODEL, 3, options.withThreads(threads), EXACT)) {
      for (int i = 0; i < 2; i++) { // of which the second is added to the first
        double loss = one.accumulate(batch, 0.25);
        assertThat(many.accumulate(batch, 0.25)).isCloseTo(loss, within(1e-10));
        assertThat(many.gradientNorm()).isCloseTo(one.gradientNorm(), within(1e-10));
      }
      assertThat(many.nats(batch)).containsExactly(one.nats(batch), within(1e-6f));
      for (TorchLearner learner : List.of(one, many)) {
        learner.step(1e-2, 0.5);
        learner.accumulate(batch, 1);
        learner.step(1e-2, 1);
      }
      try (PointerScope _ = new PointerScope()) {
        Tensor expected = one.weights().groups().getFirst().values();
        Tensor actual = many.weights().groups().getFirst().values();
        assertThat(norm(actual.sub(expected))).isLessThan(1e-8 * norm(expected));
      }
    }
  }

  @Test
  void areSlopesOfTheLoss() {
    Batch batch = Tiny.packed(Tiny.MODEL, 2, 16, 8);
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 4, Tiny.options(), EXACT)) {
      loosen(learner.weights());
      for (ParameterGroup group : learner.weights().groups()) {
        for (ParameterGroup.Shape shape : group.shapes()) {
          checkSlope(learner, batch, group, shape.name());
        }
      }
    }
  }

  @Test
  void ofTiedEmbeddingsAreSums() throws IOException {
    try (TorchLearner untied = TorchLearner.random(Tiny.MODEL, 3, Tiny.options())) {
      untied.saveWeights(folder);
    }
    Path config = folder.resolve("config.json");
    String tied = Files.readString(config).replaceFirst("(tie_word_embeddings\".*)false", "$1true");
    Files.writeString(config, tied);
    Batch batch = Tiny.batch(2, 10, 1);
    try (TorchLearner learner = TorchLearner.load(folder, Tiny.options(), EXACT);
        PointerScope _ = new PointerScope()) {
      PlainModel plain = new PlainModel(learner.weights());
      learner.accumulate(batch, 1);
      plain.backward(batch, 1);
      Tensor expected = plain.leaf("token_embd").grad();
      assertThat(norm(gradient(learner.weights(), "token_embd.weight").sub(expected)))
          .isLessThan(1e-10 * norm(expected));
    }
  }

  @Test
  void ofAdaptersAreThoseOfAutogradThroughTheMergedMatrix() {
    Path base = folder.resolve("base");
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 3, Tiny.options())) {
      learner.saveWeights(base);
    }
    LoraOptions lora = new LoraOptions(3, 5, Set.of("attn_q", "attn_v", "ffn_up"));
    Batch batch = Tiny.packed(Tiny.MODEL, 2, 16, 2);
    try (TorchLearner learner = TorchLearner.load(base, Tiny.options().withLora(lora), EXACT);
        PointerScope _ = new PointerScope()) {
      ParameterGroup adapters = learner.weights().adapters().orElseThrow();
      adapters.values().add_(adapters.values().new_ones(adapters.numbers()), new Scalar(0.02));
      PlainModel plain = new PlainModel(learner.weights());
      double loss = learner.accumulate(batch, 1);
      assertThat(plain.backward(batch, 1)).isCloseTo(loss, within(1e-10));
      assertThat(learner.trainedParameters()).isEqualTo(adapters.numbers());
      for (String matrix : List.of("blk.0.attn_q", "blk.1.attn_v", "blk.2.ffn_up")) {
        // d(alpha/rank * B A) = alpha/rank * (dB A + B dA)
        Tensor whole = plain.leaf(matrix).grad().mul(new Scalar(5.0 / 3));
        Tensor a = adapters.part(adapters.values(), matrix + LoraOptions.A);
        Tensor b = adapters.part(adapters.values(), matrix + LoraOptions.B);
        assertThat(
                norm(gradient(learner.weights(), matrix + LoraOptions.A).sub(b.t().matmul(whole))))
            .as(matrix)
            .isLessThan(1e-10 * norm(whole));
        assertThat(
                norm(gradient(learner.weights(), matrix + LoraOptions.B).sub(whole.matmul(a.t()))))
            .as(matrix)
            .isLessThan(1e-10 * norm(whole));
      }
    }
  }

  /** Larger weights than at the beginning, so that nothing is nearly linear. */
  private static void loosen(Weights weights) {
    for (ParameterGroup group : weights.groups()) {
      Tensor values = group.values();
      Tensor ramp = arange(new Scalar((double) values.numel())).to(ScalarType.Double);
      values.mul_(new Scalar(4.0)).add_(ramp.sin_(), new Scalar(0.1));
    }
    weights.refresh();
  }

  private static void checkSlope(
      TorchLearner learner, Batch batch, ParameterGroup group, String name) {
    try (PointerScope _ = new PointerScope()) {
      Tensor values = group.part(group.values(), name);
      learner.dropGradients();
      learner.accumulate(batch, 1);
      Tensor gradient = gradient(learner.weights(), name).clone();
      // Some direction that is neither the gradient nor at a right angle to it.
      Tensor direction =
          gradient.div(new Scalar(norm(gradient))).add(gradient.mul(new Scalar(1e3)).sin_());
      direction.div_(direction.norm());
      double step = 1e-5;
      values.add_(direction, new Scalar(step));
      double above = learner.accumulate(batch, 1);
      values.add_(direction, new Scalar(-2 * step));
      double below = learner.accumulate(batch, 1);
      values.add_(direction, new Scalar(step));
      double slope = direction.mul(gradient).sum().item_double();
      assertThat((above - below) / (2 * step))
          .as(name)
          .isCloseTo(slope, within(1e-6 * Math.abs(slope) + 1e-7));
    }
  }

  private static Tensor gradient(Weights weights, String name) {
    for (ParameterGroup group : weights.groups()) {
      boolean has = group.shapes().stream().anyMatch(shape -> shape.name().equals(name));
      if (has && group.learning().isPresent()) {
        return group.part(group.learning().get().gradients(), name);
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static double norm(Tensor tensor) {
    return tensor.norm().item_double();
  }
}
