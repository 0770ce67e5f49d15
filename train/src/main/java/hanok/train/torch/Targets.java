package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.tensor;

import hanok.train.Batch;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a batch is to say. Where the loss counts nothing, as in prompts and padding, no logits are
 * computed either.
 *
 * @param rows which tokens have a target, {@code [targets]}; empty for all
 * @param ids {@code [targets, 1]}
 * @param weights {@code [targets, 1]}
 */
record Targets(Optional<Tensor> rows, Tensor ids, Tensor weights) {
  static Targets of(Batch batch, ScalarType type, Device device) {
    int count = 0;
    for (float weight : batch.weights()) {
      count += weight != 0 ? 1 : 0;
    }
    int[] rows = new int[count];
    int[] ids = new int[count];
    float[] weights = new float[count];
    int at = 0;
    for (int i = 0; i < batch.weights().length; i++) {
      if (batch.weights()[i] != 0) {
        rows[at] = i;
        ids[at] = batch.targets()[i];
        weights[at++] = batch.weights()[i];
      }
    }
    boolean all = count == batch.weights().length;
    return new Targets(
        all ? Optional.empty() : Optional.of(tensor(rows).to(device, ScalarType.Long)),
        tensor(ids).to(device, ScalarType.Long).view(-1, 1),
        tensor(weights).to(device, type).view(-1, 1));
  }
}
