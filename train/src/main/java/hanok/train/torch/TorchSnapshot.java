package hanok.train.torch;

import hanok.train.Learner;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;

/**
 * Weights and moments of one moment. What is made while they are written is freed at once: a part
 * of a tensor keeps all of it.
 *
 * @param step of the optimiser
 */
record TorchSnapshot(Weights weights, ModelFolder folder, long step) implements Learner.Snapshot {
  @Override
  public void saveWeights(Path target) {
    try (PointerScope _ = new PointerScope()) {
      folder.write(target, weights);
    }
  }

  @Override
  public void saveState(Path target) {
    try (PointerScope _ = new PointerScope()) {
      LearnerState.write(target, weights, step);
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}
