package hanok.train;

import java.nio.file.Path;

/** What has been learned so far, and can be written. */
public interface Learned {

  /** Writes the weights as {@code model.safetensors} with its {@code config.json}. */
  void saveWeights(Path folder);

  /** Writes what else a resumed run needs: moments, step, random state. */
  void saveState(Path folder);
}
