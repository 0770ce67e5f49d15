package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivationsTest {

  @Test
  void levelsAreTheNearest() {
    Random random = new Random(2);
    int columns = 13 * 32;
    float[] x = new float[3 * columns];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(20) - 10));
    }
    Activations activations = new Activations(3, columns);
    activations.set(x, 0, 3, columns);
    activations.quantize();
    for (int i = 0; i < x.length; i++) {
      float step = activations.scales()[i / 32] * 65536;
      assertThat(activations.levels()[i] * step).isCloseTo(x[i], within(step * 0.5001f));
      assertThat(Math.abs(activations.levels()[i])).isLessThanOrEqualTo((short) 511);
    }
  }

  @Test
  void sumsAreThoseOfTheLevels() {
    Random random = new Random(3);
    float[] x = new float[256];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() - 0.3f;
    }
    Activations activations = new Activations(1, 256);
    activations.set(x, 0, 1, 256);
    activations.quantize();
    for (int run = 0; run < 16; run++) {
      double sum = 0;
      for (int i = 16 * run; i < 16 * run + 16; i++) {
        sum += activations.levels()[i] * (double) activations.scales()[i / 32] * 65536;
      }
      assertThat((double) activations.sums16()[run]).isCloseTo(sum, within(1e-5));
    }
    for (int run = 0; run < 8; run++) {
      float both = activations.sums16()[2 * run] + activations.sums16()[2 * run + 1];
      assertThat(activations.sums()[run]).isCloseTo(both, within(1e-5f));
    }
  }

  @Test
  void takesBlocksOfZerosAndOfNumbersThatAreAlmostZero() {
    float[] x = new float[96];
    x[40] = Float.MIN_VALUE;
    x[70] = Float.MAX_VALUE;
    Activations activations = new Activations(1, 96);
    activations.set(x, 0, 1, 96);
    activations.quantize();
    assertThat(activations.levels()).containsOnly((short) 0, (short) 511);
    assertThat(activations.scales()[0]).isZero();
    assertThat(activations.scales()[1]).isZero();
    assertThat(activations.scales()[2]).isFinite().isPositive();
  }

  @Test
  void refillsWithAnotherShape() {
    Activations activations = new Activations(4, 64);
    activations.set(new float[256], 0, 4, 64);
    activations.quantize();
    float[] x = new float[40];
    x[8] = 3;
    activations.set(x, 8, 1, 32);
    assertThat(activations.tokens()).isEqualTo(1);
    assertThat(activations.columns()).isEqualTo(32);
    assertThatThrownBy(activations::levels).isInstanceOf(IllegalStateException.class);
    activations.quantize();
    assertThat(activations.levels()[0]).isEqualTo((short) 511);
  }

  @Test
  void saysWhatDoesNotFit() {
    Activations activations = new Activations(2, 64);
    assertThatThrownBy(() -> activations.set(new float[256], 0, 2, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("128")
        .hasMessageContaining("64");
    activations.set(new float[40], 0, 1, 40);
    assertThatThrownBy(activations::quantize)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("40");
    assertThatThrownBy(() -> new Activations(0, 64)).isInstanceOf(IllegalArgumentException.class);
  }
}
