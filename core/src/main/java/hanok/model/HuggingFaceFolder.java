package hanok.model;

import hanok.gguf.GgufValue;
import hanok.gguf.MalformedModelException;
import hanok.safetensors.SafeTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A model as transformers saves it: a folder with {@code config.json}, safetensors, and usually
 * {@code tokenizer.json} and {@code tokenizer_config.json}. The tensors are held against the
 * configuration when it is opened.
 */
public final class HuggingFaceFolder implements AutoCloseable {
  private static final String CONFIG_FILE = "config.json";

  private static final SequencedMap<String, String> SPECIAL_TOKENS =
      new TreeMap<>(
          Map.of(
              "bos_token_id", "tokenizer.ggml.bos_token_id",
              "eos_token_id", "tokenizer.ggml.eos_token_id",
              "pad_token_id", "tokenizer.ggml.padding_token_id",
              "unk_token_id", "tokenizer.ggml.unknown_token_id"));

  private static final SequencedMap<String, String> SAMPLING =
      new TreeMap<>(
          Map.of(
              "temperature", "general.sampling.temp",
              "top_p", "general.sampling.top_p",
              "min_p", "general.sampling.min_p",
              "repetition_penalty", "general.sampling.penalty_repeat"));

  private final Path path;
  private final HuggingFaceConfig config;
  private final SafeTensors tensors;

  private HuggingFaceFolder(Path path, HuggingFaceConfig config, SafeTensors tensors) {
    this.path = path;
    this.config = config;
    this.tensors = tensors;
  }

  /**
   * Opens a folder.
   *
   * @throws MalformedModelException if the configuration is of a model that Hanok does not run, or
   *     a tensor is missing, of another shape, or one too many
   * @throws UncheckedIOException if it cannot be read
   */
  @SuppressWarnings("MustBeClosedChecker") // the folder owns the tensors from here on
  public static HuggingFaceFolder open(Path path) {
    HuggingFaceConfig config = HuggingFaceConfig.read(path.resolve(CONFIG_FILE));
    SafeTensors tensors = SafeTensors.open(path);
    try {
      HuggingFaceFolder folder = new HuggingFaceFolder(path, config, tensors);
      folder.check();
      return folder;
    } catch (RuntimeException | Error e) {
      tensors.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  public HuggingFaceConfig config() {
    return config;
  }

  /** The weights under the names that transformers gives them. */
  public SafeTensors tensors() {
    return tensors;
  }

  /** The name of the model: that of its folder. */
  public String name() {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  /** The tensor that becomes the GGUF tensor of this name. */
  public SafeTensors.Tensor tensor(String ggufName) {
    return tensors.tensor(TensorNames.huggingFace(config.config().architecture(), ggufName));
  }

  /**
   * The template in {@code chat_template.jinja} or, failing that, {@code tokenizer_config.json}.
   */
  public Optional<String> chatTemplate() {
    Path jinja = path.resolve("chat_template.jinja");
    Path json = path.resolve("tokenizer_config.json");
    try {
      if (Files.exists(jinja)) {
        return Optional.of(Files.readString(jinja));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Files.exists(json)) {
      return Optional.empty();
    }
    JsonNode template = JsonFile.read(json).value("chat_template");
    if (template.isArray()) { // several templates, each with a name
      for (JsonNode named : template) {
        if (named.path("name").stringValue("").equals("default")) {
          return named.path("template").stringValueOpt();
        }
      }
    }
    return template.stringValueOpt();
  }

  /**
   * The {@code tokenizer.ggml.*_token_id} keys by {@code config.json}, which count where the
   * tokenizer's own files say nothing.
   */
  SequencedMap<String, GgufValue> specialTokens() {
    JsonFile json = JsonFile.read(path.resolve(CONFIG_FILE));
    SequencedMap<String, GgufValue> keys = new LinkedHashMap<>();
    SPECIAL_TOKENS.forEach((name, key) -> {
      if (json.value(name).isInt() && json.integer(name) >= 0) {
        keys.put(key, GgufValue.uint32(json.integer(name)));
      }
    });
    return keys;
  }

  /**
   * The {@code general.sampling.*} keys by {@code generation_config.json}: how the model's maker
   * wants answers to be drawn.
   */
  SequencedMap<String, GgufValue> sampling() {
    SequencedMap<String, GgufValue> keys = new LinkedHashMap<>();
    Path file = path.resolve("generation_config.json");
    if (!Files.exists(file)) {
      return keys;
    }
    JsonFile json = JsonFile.read(file);
    SAMPLING.forEach((name, key) -> {
      if (json.has(name)) {
        keys.put(key, GgufValue.of((float) json.real(name)));
      }
    });
    if (json.has("top_k")) {
      keys.put("general.sampling.top_k", GgufValue.int32(json.integer("top_k")));
    }
    return keys;
  }

  private void check() {
    ModelConfig model = config.config();
    Set<String> extra = new LinkedHashSet<>(tensors.tensors().keySet());
    for (TensorSpec spec : TensorSpec.all(model, config.tied(), false)) {
      SafeTensors.Tensor tensor = tensor(spec.name());
      extra.remove(tensor.name());
      checkShape(tensor, spec);
    }
    if (config.tied()) {
      extra.remove("lm_head.weight"); // transformers overwrites it with the embedding
    }
    extra.removeIf(name -> name.endsWith("inv_freq")); // follows from rope_theta
    if (!extra.isEmpty()) {
      throw malformed(
          "tensor %s (and %d more) is not part of the model that config.json describes"
              .formatted(extra.iterator().next(), extra.size() - 1));
    }
  }

  private void checkShape(SafeTensors.Tensor tensor, TensorSpec spec) {
    long[] shape = tensor.shape();
    boolean fits =
        spec.isMatrix()
            ? shape.length == 2 && shape[0] == spec.rows() && shape[1] == spec.columns()
            : shape.length == 1 && shape[0] == spec.columns();
    if (!fits) {
      String expected =
          spec.isMatrix() ? spec.rows() + " x " + spec.columns() : "" + spec.columns();
      throw malformed(
          "tensor %s is %s, config.json makes it %s"
              .formatted(tensor.name(), tensor.shapeText(), expected));
    }
    switch (tensor.dtype()) {
      case F32, F16, BF16 -> {}
      default ->
          throw malformed(
              "tensor %s has dtype %s; weights are F32, F16 or BF16"
                  .formatted(tensor.name(), tensor.dtype()));
    }
  }

  private MalformedModelException malformed(String reason) {
    return new MalformedModelException(tensors.path(), MalformedModelException.NOWHERE, reason);
  }

  /** Unmaps the tensors; none may be read any more. */
  @Override
  public void close() {
    tensors.close();
  }
}
