package hanok.train.torch;

import hanok.gguf.AtomicFile;
import hanok.gguf.MalformedModelException;
import hanok.model.ModelConfig;
import hanok.model.TensorSpec;
import hanok.safetensors.SafeTensors;
import hanok.safetensors.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adapters as Hugging Face's PEFT keeps them: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}.
 *
 * @see <a href="https://huggingface.co/docs/peft/developer_guides/checkpoint">PEFT checkpoint
 *     format</a>
 */
final class AdapterFolder {
  static final String WEIGHTS = "adapter_model.safetensors";
  static final String CONFIG = "adapter_config.json";

  private static final String PREFIX = "base_model.model.";

  private AdapterFolder() {}

  /** Writes the adapters of weights that have some. */
  static void write(Path folder, Weights weights, LoraOptions lora, ParameterGroup adapters) {
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("format", "pt");
    for (ParameterGroup.Shape shape : adapters.shapes()) {
      Tensor values = adapters.part(adapters.values(), shape.name());
      writer.tensor(
          peftName(shape.name(), weights.config().architecture()),
          TensorBytes.dtype(values),
          shape.shape(),
          channel -> TensorBytes.write(values, channel));
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writer.write(folder.resolve(WEIGHTS));
    AtomicFile.write(folder.resolve(CONFIG), json(weights.config(), lora));
  }

  private static byte[] json(ModelConfig config, LoraOptions lora) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("peft_type", "LORA").put("task_type", "CAUSAL_LM").put("bias", "none");
    json.put("r", lora.rank()).put("lora_alpha", lora.alpha()).put("lora_dropout", 0.0);
    var targets = json.putArray("target_modules");
    for (String matrix : LoraOptions.MATRICES) {
      if (lora.targets().contains(matrix)) {
        targets.add(module(matrix, config.architecture()));
      }
    }
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /** Takes the adapters of a folder, which must be of this very form. */
  static void read(Path folder, Weights weights, ParameterGroup adapters) {
    try (SafeTensors file = SafeTensors.open(folder.resolve(WEIGHTS))) {
      Set<String> extra = new LinkedHashSet<>(file.tensors().keySet());
      List<Runnable> copies = new ArrayList<>();
      for (ParameterGroup.Shape shape : adapters.shapes()) {
        String name = peftName(shape.name(), weights.config().architecture());
        extra.remove(name);
        SafeTensors.Tensor source = TensorBytes.checked(file, name, shape);
        copies.add(() -> TensorBytes.read(source, adapters.part(adapters.values(), shape.name())));
      }
      if (!extra.isEmpty()) {
        throw new MalformedModelException(
            file.path(),
            MalformedModelException.NOWHERE,
            "tensor %s (and %d more) has no place: other matrices have adapters here"
                .formatted(extra.iterator().next(), extra.size() - 1));
      }
      copies.forEach(Runnable::run);
      adapters.refresh();
    }
  }

  /**
   * What rank, strength and targets a folder was written with.
   *
   * @throws MalformedModelException if it does not say so
   */
  static LoraOptions options(Path folder, ModelConfig.Architecture architecture) {
    Path file = folder.resolve(CONFIG);
    try {
      JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(file));
      Set<String> targets = new LinkedHashSet<>();
      for (JsonNode target : json.path("target_modules")) {
        targets.add(matrix(file, target.stringValue(""), architecture));
      }
      return new LoraOptions(
          json.path("r").intValue(0), json.path("lora_alpha").doubleValue(0), targets);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new MalformedModelException(
          file, MalformedModelException.NOWHERE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String matrix(Path file, String target, ModelConfig.Architecture architecture) {
    for (String matrix : LoraOptions.MATRICES) {
      if (module(matrix, architecture).equals(target)) {
        return matrix;
      }
    }
    throw new MalformedModelException(
        file,
        MalformedModelException.NOWHERE,
        "target module \"%s\" is none that can have an adapter".formatted(target));
  }

  /** The last part of the name that transformers gives a matrix: {@code q_proj}. */
  private static String module(String matrix, ModelConfig.Architecture architecture) {
    String[] parts = huggingFace("blk.0." + matrix, architecture).split("\\.", -1);
    return parts[parts.length - 1];
  }

  /** {@code blk.0.attn_q.lora_A.weight} under the module that it is added to. */
  private static String peftName(String name, ModelConfig.Architecture architecture) {
    String end = name.endsWith(LoraOptions.A) ? LoraOptions.A : LoraOptions.B;
    String stem = name.substring(0, name.length() - end.length());
    return PREFIX + huggingFace(stem, architecture) + end;
  }

  private static String huggingFace(String stem, ModelConfig.Architecture architecture) {
    String name = new TensorSpec(stem + ".weight", new long[2], 0).huggingFaceName(architecture);
    return name.substring(0, name.length() - ".weight".length());
  }
}
