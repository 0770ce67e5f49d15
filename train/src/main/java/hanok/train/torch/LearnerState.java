package hanok.train.torch;

import hanok.gguf.MalformedModelException;
import hanok.safetensors.SafeTensors;
import hanok.safetensors.SafeTensorsWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * What a run needs besides the weights to go on as if it had never stopped: both moments of every
 * weight that learns, adapters, and the number of steps. There is no random state, since nothing
 * random happens after the first weights.
 */
final class LearnerState {
  static final String FILE = "optimizer.safetensors";

  private static final String STEP = "step";

  private LearnerState() {}

  static void write(Path folder, Weights weights, long step) {
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata(STEP, Long.toString(step));
    for (ParameterGroup group : weights.groups()) {
      ParameterGroup.Learning learning = group.learning();
      if (learning != null) {
        for (ParameterGroup.Shape shape : group.shapes()) {
          put(writer, "exp_avg.", shape, group.part(learning.mean(), shape.name()));
          put(writer, "exp_avg_sq.", shape, group.part(learning.square(), shape.name()));
          if (group == weights.adapters()) {
            put(writer, "", shape, group.part(group.values(), shape.name()));
          }
        }
      }
    }
    writer.write(folder.resolve(FILE));
  }

  private static void put(
      SafeTensorsWriter writer, String prefix, ParameterGroup.Shape shape, Tensor values) {
    writer.tensor(
        prefix + shape.name(),
        TensorBytes.dtype(values),
        shape.shape(),
        channel -> TensorBytes.write(values, channel));
  }

  /** Takes moments and adapters over; returns the number of steps. */
  static long read(Path folder, Weights weights) {
    try (SafeTensors file = SafeTensors.open(folder.resolve(FILE))) {
      for (ParameterGroup group : weights.groups()) {
        ParameterGroup.Learning learning = group.learning();
        if (learning != null) {
          for (ParameterGroup.Shape shape : group.shapes()) {
            take(file, "exp_avg.", shape, group.part(learning.mean(), shape.name()));
            take(file, "exp_avg_sq.", shape, group.part(learning.square(), shape.name()));
            if (group == weights.adapters()) {
              take(file, "", shape, group.part(group.values(), shape.name()));
            }
          }
          learning.gradients().zero_();
        }
      }
      weights.refresh();
      return step(file);
    }
  }

  private static void take(
      SafeTensors file, String prefix, ParameterGroup.Shape shape, Tensor target) {
    SafeTensors.Tensor source = file.tensor(prefix + shape.name());
    if (!Arrays.equals(source.shape(), shape.shape())) {
      throw malformed(
          file,
          "tensor %s is %s, the model makes it %s"
              .formatted(source.name(), source.shapeText(), Arrays.toString(shape.shape())));
    }
    TensorBytes.read(source, target);
  }

  private static long step(SafeTensors file) {
    String step = file.metadata().getOrDefault(STEP, "");
    try {
      return Long.parseLong(step);
    } catch (NumberFormatException e) {
      throw malformed(file, "\"%s\" is not a number of steps".formatted(step));
    }
  }

  private static MalformedModelException malformed(SafeTensors file, String reason) {
    return new MalformedModelException(file.path(), MalformedModelException.NOWHERE, reason);
  }
}
