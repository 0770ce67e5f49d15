package hanok.train.torch;

import hanok.gguf.AtomicFile;
import hanok.model.HuggingFaceConfig;
import hanok.model.HuggingFaceFolder;
import hanok.model.ModelConfig;
import hanok.model.TensorSpec;
import hanok.safetensors.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes a model as transformers does.
 *
 * @param config the bytes of {@code config.json}
 */
record ModelFolder(byte[] config) {
  private static final String CONFIG = "config.json";
  private static final long SHARD_BYTES = 5_000_000_000L;

  static ModelFolder of(ModelConfig config) {
    return new ModelFolder(HuggingFaceConfig.json(config, false));
  }

  /** What a folder says of its model remains true of what the model becomes. */
  static ModelFolder of(HuggingFaceFolder folder) {
    try {
      return new ModelFolder(Files.readAllBytes(folder.path().resolve(CONFIG)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes configuration and weights, adapters added in; float32 where nothing was frozen. */
  void write(Path folder, Weights weights) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("format", "pt");
    ModelConfig model = weights.config();
    for (TensorSpec spec : TensorSpec.all(model, weights.tied(), false)) {
      Tensor values = weights.values(spec);
      long[] shape =
          spec.isMatrix() ? new long[] {spec.rows(), spec.columns()} : new long[] {spec.columns()};
      writer.tensor(
          spec.huggingFaceName(model.architecture()),
          TensorBytes.dtype(values),
          shape,
          channel -> {
            try (PointerScope _ = new PointerScope()) {
              TensorBytes.write(weights.merged(spec), channel);
            }
          });
    }
    writer.writeShards(folder, SHARD_BYTES);
    AtomicFile.write(folder.resolve(CONFIG), config);
  }
}
