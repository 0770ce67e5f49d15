package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.pytorch.global.torch.manual_seed;
import static org.bytedeco.pytorch.global.torch.rand;
import static org.bytedeco.pytorch.global.torch.randn;

import hanok.model.ModelConfig;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Passes by the Vector API beside libtorch's in float64, of the same numbers. */
@NeedsLibTorch
class VectorPassesTest {
  private static final Types EXACT = new Types(ScalarType.Double, ScalarType.Double);

  /** Of a bfloat16 that was rounded once. */
  private static final double ROUNDING = 0x1p-8;

  private static final double EPS = 1e-5;

  private final Passes exact = new TorchPasses(EXACT);
  private PointerScope scope;
  private Passes fast;

  @BeforeAll
  static void load() {
    LibTorch.load();
    manual_seed(1);
  }

  @BeforeEach
  void open() {
    scope = new PointerScope();
    fast = Passes.of(Types.of(Precision.BF16), new Device("cpu"));
    assertThat(fast).isInstanceOf(VectorPasses.class);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,7", "2,16", "5,17", "4,64", "3,100", "2,257"})
  void normIsTheFormula(int rows, int width) {
    Tensor x = randn(rows, width);
    Tensor weight = randn(1, width).view(width);
    Tensor expected = exact.norm(wide(x), wide(weight), EPS);
    assertClose(fast.norm(x, weight, EPS), expected, ROUNDING, 1e-30);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,7", "2,16", "5,17", "4,64", "3,100", "2,257"})
  void normAddsItsGradients(int rows, int width) {
    Tensor x = randn(rows, width);
    Tensor weight = randn(1, width).view(width);
    Tensor dy = half(randn(rows, width));
    Tensor dx = randn(rows, width);
    Tensor dw = randn(1, width).view(width);
    Tensor exactDx = wide(dx).clone();
    Tensor exactDw = wide(dw).clone();
    exact.normBackward(wide(x), new Leaf(wide(weight), exactDw), EPS, wide(dy), exactDx);
    fast.normBackward(x, new Leaf(weight, dw), EPS, dy, dx);
    assertClose(dx, exactDx, 1e-5, 1e-5);
    assertClose(dw, exactDw, 1e-5, 1e-5);
  }

  @Test
  void normThatDoesNotLearnHasAGradientToo() {
    Tensor x = randn(3, 40);
    Tensor weight = randn(1, 40).view(40);
    Tensor dy = half(randn(3, 40));
    Tensor learns = x.new_zeros(3, 40);
    Tensor frozen = x.new_zeros(3, 40);
    fast.normBackward(x, new Leaf(weight, x.new_zeros(40)), EPS, dy, learns);
    fast.normBackward(x, new Leaf(weight, null), EPS, dy, frozen);
    assertClose(frozen, wide(learns), 1e-5, 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "3,7", "2,16", "5,17", "3,100"})
  void sumsAreExactButForTheirOwnRounding(int rows, int width) {
    Tensor x = randn(rows, width);
    Tensor y = half(randn(rows, width));
    Tensor expected = wide(x).add(wide(y));
    assertClose(fast.sum(x, y), expected, 0x1p-24, 0);
    fast.accumulate(x, y);
    assertClose(x, expected, 0x1p-24, 0);
  }

  /** Gates of up to 400, where exp overflows. */
  @ParameterizedTest
  @CsvSource({"1,1", "3,7", "2,16", "5,17", "3,100"})
  void swiGluIsTheFormula(int rows, int width) {
    Tensor gateUp = half(randn(rows, 2L * width).pow(new Scalar(3.0)).mul(new Scalar(4.0)));
    Tensor dy = half(randn(rows, width));
    assertClose(fast.swiGlu(gateUp), exact.swiGlu(wide(gateUp)), ROUNDING, 1e-30);
    Passes.Gated expected = exact.swiGluBackward(wide(gateUp), wide(dy).clone());
    Passes.Gated actual = fast.swiGluBackward(gateUp, dy);
    assertClose(actual.hidden(), expected.hidden(), ROUNDING, 1e-30);
    // Where the slope of silu crosses zero its terms cancel.
    assertClose(actual.gradient(), expected.gradient(), ROUNDING, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"1,2", "3,7", "2,16", "5,17", "3,100", "2,8193"})
  void crossEntropyIsTheFormula(int rows, int vocab) {
    Tensor logits = half(randn(rows, vocab).mul(new Scalar(6.0)));
    Tensor targets = rand(rows, 1).mul(new Scalar((double) vocab)).to(ScalarType.Long);
    Tensor shares = randn(rows, 1);
    Passes.Losses expected = exact.crossEntropy(wide(logits), targets, wide(shares));
    Passes.Losses actual = fast.crossEntropy(logits.clone(), targets, shares);
    assertClose(actual.nats(), expected.nats(), 1e-5, 1e-5);
    assertClose(actual.gradient(), expected.gradient(), ROUNDING, 1e-7);
  }

  @Test
  void notANumberStaysSo() {
    Tensor logits = half(randn(1, 40));
    logits.select(1, 20).fill_(new Scalar(Double.NaN));
    Tensor targets = rand(1, 1).to(ScalarType.Long);
    Tensor shares = rand(1, 1);
    Tensor gate = half(randn(1, 40));
    gate.select(1, 3).fill_(new Scalar(Double.NaN));
    assertThat(fast.crossEntropy(logits, targets, shares).nats().item_float()).isNaN();
    assertThat(fast.swiGlu(gate).sum().item_float()).isNaN();
    assertThat(fast.norm(gate.to(ScalarType.Float), rand(1, 40), EPS).sum().item_float()).isNaN();
  }

  static List<ModelConfig> models() {
    return List.of(Tiny.MODEL, Tiny.PARTIAL, LearnerBenchmark.elevenMillion());
  }

  @ParameterizedTest
  @MethodSource("models")
  void headsTurnThereAndBack(ModelConfig model) {
    int[] positions = {0, 1, 2, 700, 0, 5};
    Rope rope = new Rope(model, new float[0]);
    Device cpu = new Device("cpu");
    Rope.Rotation rotation = rope.rotation(positions, ScalarType.Float, cpu);
    Rope.Rotation exactly = rope.rotation(positions, ScalarType.Double, cpu);
    Tensor projected = half(randn(positions.length, model.queryDim() + 2L * model.kvDim()));
    Heads expected = exact.turn(wide(projected), exactly, model);
    Heads actual = fast.turn(projected, rotation, model);
    assertClose(actual.query(), expected.query(), ROUNDING, 1e-6);
    assertClose(actual.key(), expected.key(), ROUNDING, 1e-6);
    assertClose(actual.value(), expected.value(), 0, 0);
    Tensor back = fast.turnBack(actual, rotation);
    assertClose(back, wide(projected), 0, 0x1p-6);
    assertClose(back, exact.turnBack(wide(actual), exactly), ROUNDING, 1e-6);
  }

  @Test
  void refusesWhatItWouldReadAsSomethingElse() {
    Tensor x = half(randn(4, 32));
    assertThatThrownBy(() -> fast.sum(x, x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a kernel wants Float in one piece on the CPU");
    assertThatThrownBy(() -> fast.swiGlu(x.t())).isInstanceOf(IllegalStateException.class);
  }

  private static Heads wide(Heads heads) {
    return new Heads(wide(heads.query()), wide(heads.key()), wide(heads.value()));
  }

  private static Tensor half(Tensor x) {
    return x.to(ScalarType.BFloat16);
  }

  private static Tensor wide(Tensor x) {
    return x.to(ScalarType.Double);
  }

  /** Every number, by {@code relative * |expected| + absolute}. */
  private static void assertClose(
      Tensor actual, Tensor expected, double relative, double absolute) {
    assertThat(actual.sizes().vec().get()).isEqualTo(expected.sizes().vec().get());
    Tensor allowed = expected.abs().mul(new Scalar(relative)).add(new Scalar(absolute));
    Tensor excess = wide(actual).sub(expected).abs().sub(allowed);
    assertThat(excess.max().item_double()).isLessThanOrEqualTo(0);
  }
}
