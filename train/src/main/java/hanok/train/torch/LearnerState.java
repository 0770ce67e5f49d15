package hanok.train.torch;

import hanok.gguf.MalformedModelException;
import hanok.safetensors.SafeTensors;
import hanok.safetensors.SafeTensorsWriter;
import java.nio.file.Path;
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
      if (group.learning().isPresent()) {
        ParameterGroup.Learning learning = group.learning().get();
        for (ParameterGroup.Shape shape : group.shapes()) {
          put(writer, "exp_avg.", shape, group.part(learning.mean(), shape.name()));
          put(writer, "exp_avg_sq.", shape, group.part(learning.square(), shape.name()));
          if (weights.adapters().isPresent()) { // else they are in model.safetensors
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
        if (group.learning().isPresent()) {
          ParameterGroup.Learning learning = group.learning().get();
          for (ParameterGroup.Shape shape : group.shapes()) {
            take(file, "exp_avg.", shape, group.part(learning.mean(), shape.name()));
            take(file, "exp_avg_sq.", shape, group.part(learning.square(), shape.name()));
            if (weights.adapters().isPresent()) { // else they are in model.safetensors
              take(file, "", shape, group.part(group.values(), shape.name()));
            }
          }
          learning.drop();
        }
      }
      weights.refresh();
      return step(file);
    }
  }

  private static void take(
      SafeTensors file, String prefix, ParameterGroup.Shape shape, Tensor target) {
    TensorBytes.read(TensorBytes.checked(file, prefix + shape.name(), shape), target);
  }

  private static long step(SafeTensors file) {
    String step = file.metadata().getOrDefault(STEP, "");
    try {
      return Long.parseLong(step);
    } catch (NumberFormatException e) {
      throw new MalformedModelException(
          file.path(),
          MalformedModelException.NOWHERE,
          "\"%s\" is not a number of steps".formatted(step));
    }
  }
}
