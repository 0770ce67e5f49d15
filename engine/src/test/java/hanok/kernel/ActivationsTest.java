package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationsTest {

  @ParameterizedTest
  @EnumSource(names = {"BY_32", "BY_256"})
  void roundsAsTheDefinitionSays(Rounding rounding) {
    Random random = new Random(2);
    int columns = 5 * 256;
    float[] x = new float[3 * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8) - 4));
    }
    Rounded rounded = rounded(rounding, x, 3, columns);
    assertThat(rounded.values).isEqualTo(rounding.apply(x));
    for (int i = 0; i < x.length; i++) {
      assertThat(rounded.levels[i] * (rounded.scales[i / 32] * 65536)).isEqualTo(rounded.values[i]);
      assertThat(Math.abs(rounded.levels[i])).isLessThanOrEqualTo((short) 127);
    }
  }

  @Test
  void roundsToTheNearestOf255LevelsWithAnFp16Scale() {
    float[] x = new float[32];
    x[3] = -1.27f;
    x[4] = 0.0149f;
    x[5] = 0.0151f;
    float scale = Float.float16ToFloat(Float.floatToFloat16(0.01f));
    float[] expected = new float[32];
    expected[3] = -127 * scale;
    expected[4] = scale;
    expected[5] = 2 * scale;
    assertThat(Rounding.BY_32.apply(x)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"BY_32", "BY_256"})
  void sumsAreThoseOfTheRoundedValues(Rounding rounding) {
    Random random = new Random(3);
    float[] x = new float[512];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() - 0.3f;
    }
    Rounded rounded = rounded(rounding, x, 1, 512);
    for (int run = 0; run < 32; run++) {
      double sum = 0;
      for (int i = 16 * run; i < 16 * run + 16; i++) {
        sum += rounded.values[i];
      }
      assertThat((double) rounded.sums16[run]).isCloseTo(sum, within(1e-5));
    }
    for (int run = 0; run < 16; run++) {
      float both = rounded.sums16[2 * run] + rounded.sums16[2 * run + 1];
      assertThat(rounded.sums[run]).isCloseTo(both, within(1e-5f));
    }
  }

  @Test
  void takesBlocksOfZerosAndOfNumbersThatAreAlmostZero() {
    float[] x = new float[3 * 256];
    x[300] = Float.MIN_VALUE;
    x[600] = Float.MAX_VALUE;
    Rounded rounded = rounded(Rounding.BY_256, x, 1, x.length);
    assertThat(rounded.levels).containsOnly((short) 0, (short) 127);
    assertThat(rounded.scales[0]).isZero();
    assertThat(rounded.scales[300 / 32]).isZero();
    assertThat(rounded.scales[600 / 32]).isFinite().isPositive();
  }

  @Test
  void refillsWithAnotherShape() {
    Activations activations = new Activations(4, 64);
    activations.set(new float[256], 0, 4, 64);
    activations.round(Rounding.BY_32);
    float[] x = new float[40];
    x[8] = 3;
    activations.set(x, 8, 1, 32);
    assertThat(activations.tokens()).isEqualTo(1);
    assertThat(activations.columns()).isEqualTo(32);
    assertThatThrownBy(activations::by32).isInstanceOf(IllegalStateException.class);
    activations.round(Rounding.BY_32);
    assertThat(activations.by32().levels[0]).isEqualTo((short) 127);
  }

  @Test
  void saysWhatDoesNotFit() {
    Activations activations = new Activations(2, 64);
    assertThatThrownBy(() -> activations.set(new float[256], 0, 2, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("128")
        .hasMessageContaining("64");
    activations.set(new float[40], 0, 1, 40);
    assertThatThrownBy(() -> activations.round(Rounding.BY_32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("40");
    assertThatThrownBy(() -> new Activations(0, 64)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Rounded rounded(Rounding rounding, float[] x, int tokens, int columns) {
    Activations activations = new Activations(tokens, columns);
    activations.set(x, 0, tokens, columns);
    activations.round(rounding);
    return rounding == Rounding.BY_32 ? activations.by32() : activations.by256();
  }
}
