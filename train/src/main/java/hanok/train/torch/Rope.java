package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.mul_out;
import static org.bytedeco.pytorch.global.torch.tensor;

import hanok.model.ModelConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * RoPE as transformers has it, for EXAONE and Llama alike: element {@code i} of a head turns with
 * element {@code i + ropeDim/2}.
 */
final class Rope {
  private final ModelConfig config;
  private final double[] frequencies; // [ropeDim / 2], radians a position

  /**
   * The rotation of a batch.
   *
   * @param cos {@code [tokens, 1, ropeDim / 2]}
   * @param sin of the same shape
   */
  record Rotation(Tensor cos, Tensor sin) {

    /** Turns heads, {@code [tokens, heads, headDim]}, in the type of the rotation. */
    Tensor forward(Tensor x) {
      return turned(x, 1);
    }

    /** Turns gradients back. */
    Tensor backward(Tensor dy) {
      return turned(dy, -1);
    }

    private Tensor turned(Tensor x, double direction) {
      long half = cos.size(2);
      Tensor a = x.narrow(2, 0, half);
      Tensor b = x.narrow(2, half, half);
      Tensor y = x.new_empty(x.size(0), x.size(1), x.size(2));
      Tensor first = y.narrow(2, 0, half);
      Tensor second = y.narrow(2, half, half);
      mul_out(first, a, cos);
      first.addcmul_(b, sin, new Scalar(-direction));
      mul_out(second, b, cos);
      second.addcmul_(a, sin, new Scalar(direction));
      long rest = x.size(2) - 2 * half;
      if (rest > 0) {
        y.narrow(2, 2 * half, rest).copy_(x.narrow(2, 2 * half, rest));
      }
      return y;
    }
  }

  /**
   * The rotation of a model.
   *
   * @param factors what frequencies are divided by; empty for none
   */
  Rope(ModelConfig config, float[] factors) {
    this.config = config;
    frequencies = new double[config.ropeDim() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(config.ropeTheta(), -2.0 * i / config.ropeDim());
      frequencies[i] /= factors.length == 0 ? 1 : factors[i];
    }
  }

  Rotation rotation(int[] positions, ScalarType type, Device device) {
    float[] cos = new float[positions.length * frequencies.length];
    float[] sin = new float[cos.length];
    for (int t = 0; t < positions.length; t++) {
      for (int i = 0; i < frequencies.length; i++) {
        double angle = positions[t] / config.ropeScale() * frequencies[i];
        cos[t * frequencies.length + i] = (float) Math.cos(angle);
        sin[t * frequencies.length + i] = (float) Math.sin(angle);
      }
    }
    return new Rotation(shaped(cos, type, device), shaped(sin, type, device));
  }

  private Tensor shaped(float[] values, ScalarType type, Device device) {
    return tensor(values).to(device, type).view(-1, 1, frequencies.length);
  }
}
