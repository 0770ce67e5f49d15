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
      Attention.Pass one = direct.forward(query, key, value);
      Attention.Pass other = general.forward(query, key, value);
      assertEqual(one.mixed(), other.mixed());
      Attention.Gradients expected = direct.backward(one, gradient);
      Attention.Gradients actual = general.backward(other, gradient);
      assertEqual(expected.query(), actual.query());
      assertEqual(expected.key(), actual.key());
      assertEqual(expected.value(), actual.value());
    }
  }

  private static Tensor random(long heads) {
    return randn(TOKENS, heads, 8).to(ScalarType.Double);
  }

  private static void assertEqual(Tensor one, Tensor other) {
    assertThat(one.norm().item_double()).isGreaterThan(1);
    assertThat(one.sub(other).norm().item_double()).isLessThan(1e-10);
  }
}
