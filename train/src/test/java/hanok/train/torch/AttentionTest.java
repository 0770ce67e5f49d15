package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.manual_seed;
import static org.bytedeco.pytorch.global.torch.randn;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsLibTorch
class AttentionTest {
  private static final List<Inputs.Span> SPANS =
      List.of(new Inputs.Span(1, 7), new Inputs.Span(3, 5), new Inputs.Span(1, 1));
  private static final long TOKENS = 23;

  @BeforeAll
  static void load() {
    LibTorch.load();
    manual_seed(1);
  }

  /** The way that GPUs go, on the CPU. */
  @Test
  void kernelsByThemselvesGiveWhatAutogradGives() {
    try (PointerScope _ = new PointerScope()) {
      Tensor query = random(4);
      Tensor key = random(2);
      Tensor value = random(2);
      Tensor gradient = random(4);
      Attention direct = new Attention(SPANS, ScalarType.Double, true);
      Attention general = new Attention(SPANS, ScalarType.Double, false);
      Attention.Pass one = direct.forward(new Heads(query, key, value));
      Attention.Pass other = general.forward(new Heads(query, key, value));
      assertEqual(one.mixed(), other.mixed());
      Heads expected = direct.backward(one, gradient);
      Heads actual = general.backward(other, gradient);
      assertEqual(expected.query(), actual.query());
      assertEqual(expected.key(), actual.key());
      assertEqual(expected.value(), actual.value());
    }
  }

  /** In bfloat16, from products: documents that begin and end within blocks of tokens. */
  @ParameterizedTest
  @CsvSource({"4,1,64", "4,2,8", "6,2,24", "3,3,16"})
  void gradientFromProductsIsThatOfTheKernel(long heads, long kvHeads, long headDim) {
    List<Inputs.Span> spans =
        List.of(
            new Inputs.Span(1, 7),
            new Inputs.Span(3, 45),
            new Inputs.Span(1, 1),
            new Inputs.Span(2, 300));
    long tokens = 743;
    try (PointerScope _ = new PointerScope()) {
      Heads half =
          new Heads(
              half(tokens, heads, headDim),
              half(tokens, kvHeads, headDim),
              half(tokens, kvHeads, headDim));
      Heads wide = new Heads(wide(half.query()), wide(half.key()), wide(half.value()));
      Tensor gradient = half(tokens, heads, headDim);
      Attention products = new Attention(spans, ScalarType.Float, true);
      Attention kernel = new Attention(spans, ScalarType.Double, true);
      Heads actual = products.backward(products.forward(half), gradient);
      Heads expected = kernel.backward(kernel.forward(wide), wide(gradient));
      assertNear(actual.query(), expected.query());
      assertNear(actual.key(), expected.key());
      assertNear(actual.value(), expected.value());
    }
  }

  private static Tensor half(long tokens, long heads, long headDim) {
    return randn(tokens, heads, headDim).to(ScalarType.BFloat16);
  }

  private static Tensor wide(Tensor x) {
    return x.to(ScalarType.Double);
  }

  private static void assertNear(Tensor actual, Tensor expected) {
    Tensor error = wide(actual).sub(expected);
    assertThat(error.norm().item_double()).isLessThan(5e-3 * expected.norm().item_double());
    assertThat(error.abs().max().item_double())
        .isLessThan(1e-2 * expected.abs().max().item_double());
  }

  private static Tensor random(long heads) {
    return randn(TOKENS, heads, 8).to(ScalarType.Double);
  }

  private static void assertEqual(Tensor one, Tensor other) {
    assertThat(one.norm().item_double()).isGreaterThan(1);
    assertThat(one.sub(other).norm().item_double()).isLessThan(1e-10);
  }
}
