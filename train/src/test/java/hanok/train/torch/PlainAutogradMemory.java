package hanok.train.torch;

import hanok.model.ModelConfig;
import hanok.train.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;

/**
 * A program: the most memory that plain autograd has for ROWS rows of 256 tokens of the model that
 * {@link LearnerBenchmark} measures, with weights, gradients and moments beside it.
 */
final class PlainAutogradMemory {
  private PlainAutogradMemory() {}

  public static void main(String[] arguments) throws IOException {
    ModelConfig config = LearnerBenchmark.elevenMillion();
    Batch batch = Tiny.batch(config, Integer.parseInt(arguments[0]), 256, 1);
    try (TorchLearner learner = TorchLearner.random(config, 1, Tiny.options())) {
      PlainModel model = new PlainModel(learner.weights());
      for (int step = 0; step < 4; step++) {
        try (PointerScope _ = new PointerScope()) {
          model.backward(batch, 1 / batch.weight());
        }
      }
    }
    Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .forEach(IO::println);
  }
}
