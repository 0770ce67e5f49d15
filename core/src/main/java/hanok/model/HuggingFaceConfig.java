package hanok.model;

import hanok.gguf.MalformedModelException;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a {@code config.json} of transformers says about an EXAONE 3.x or Llama model.
 *
 * @param config the model's shape
 * @param tied whether the embedding serves as the output matrix
 * @param ropeFactors what the rotary frequencies are divided by, {@code ropeDim / 2} values; empty
 *     for none
 */
public record HuggingFaceConfig(ModelConfig config, boolean tied, float[] ropeFactors) {
  private static final float[] NO_FACTORS = {};

  public HuggingFaceConfig {
    if (ropeFactors.length != 0 && ropeFactors.length != config.ropeDim() / 2) {
      throw new IllegalArgumentException(
          "%d RoPE factors for %d frequencies".formatted(ropeFactors.length, config.ropeDim() / 2));
    }
  }

  /**
   * Reads a {@code config.json}.
   *
   * @throws MalformedModelException if it is not one, or describes a model that Hanok does not run
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static HuggingFaceConfig read(Path file) {
    JsonFile json = JsonFile.read(file);
    ModelConfig.Architecture architecture = architecture(json);
    refuseWhatHanokDoesNotRun(json);
    // transformers 5 moved everything about RoPE into rope_parameters.
    JsonFile rope = json.has("rope_parameters") ? json.object("rope_parameters") : json;
    JsonFile scaling = json.object(json.either("rope_parameters", "rope_scaling"));
    try {
      ModelConfig config = config(architecture, json, rope, scaling);
      float[] factors =
          switch (scalingType(scaling)) {
            case "default", "linear" -> NO_FACTORS;
            case "llama3" -> llama3Factors(config, json, scaling);
            default ->
                throw json.malformed(
                    "RoPE scaling %s is not one that Hanok runs: linear and llama3"
                        .formatted(scalingType(scaling)));
          };
      return new HuggingFaceConfig(config, json.flag("tie_word_embeddings"), factors);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw json.malformed(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The {@code config.json} of a model, float32, whose rotary frequencies have no factors; what
   * {@link #read} takes for the same model.
   */
  public static byte[] json(ModelConfig config, boolean tied) {
    boolean exaone = config.architecture() == ModelConfig.Architecture.EXAONE;
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.putArray("architectures").add(exaone ? "ExaoneForCausalLM" : "LlamaForCausalLM");
    json.put("model_type", config.architecture().label());
    json.put(exaone ? "activation_function" : "hidden_act", "silu");
    json.put("hidden_size", config.dim());
    json.put("intermediate_size", config.ffnDim());
    json.put(exaone ? "num_layers" : "num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.kvHeads());
    json.put("head_dim", config.headDim());
    json.put("vocab_size", config.vocab());
    json.put("max_position_embeddings", config.context());
    json.put(exaone ? "layer_norm_epsilon" : "rms_norm_eps", config.normEps());
    json.put("rope_theta", config.ropeTheta());
    if (config.ropeDim() != config.headDim()) {
      json.put("partial_rotary_factor", (double) config.ropeDim() / config.headDim());
    }
    if (config.ropeScale() != 1) {
      ObjectNode scaling = json.putObject("rope_scaling");
      scaling.put("rope_type", "linear").put("factor", config.ropeScale());
    }
    json.put("tie_word_embeddings", tied);
    json.put("torch_dtype", "float32");
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /**
   * How EXAONE 3.5 and Llama 3.1 stretch RoPE to a longer context than the original one: rotary
   * frequencies are divided by 1 where wavelengths are short against it, by {@code factor} where
   * they are long, and by a blend between. GGUF files hold the divisors as {@code
   * rope_freqs.weight}.
   *
   * @param config the model, whose own {@code context} is the longer one
   * @param lowFactor wavelengths above {@code originalContext / lowFactor} are long
   * @param highFactor wavelengths below {@code originalContext / highFactor} are short
   * @throws IllegalArgumentException if a number is not positive, or high not above low
   * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/conversion/exaone.py">the same
   *     in llama.cpp's converter</a>
   */
  public static float[] llama3Factors(
      ModelConfig config,
      double factor,
      double lowFactor,
      double highFactor,
      double originalContext) {
    if (!(factor > 0 && lowFactor > 0 && highFactor > lowFactor && originalContext > 0)) {
      throw new IllegalArgumentException(
          "RoPE scaling by %s between %s and %s of %s tokens"
              .formatted(factor, lowFactor, highFactor, originalContext));
    }
    float[] factors = new float[config.ropeDim() / 2];
    for (int i = 0; i < factors.length; i++) {
      double wavelength = 2 * Math.PI * Math.pow(config.ropeTheta(), 2.0 * i / config.ropeDim());
      double smooth = (originalContext / wavelength - lowFactor) / (highFactor - lowFactor);
      // smooth is above 1 for short wavelengths and below 0 for long ones
      double blend = Math.clamp(smooth, 0, 1);
      factors[i] = (float) (1 / ((1 - blend) / factor + blend));
    }
    return factors;
  }

  private static float[] llama3Factors(ModelConfig config, JsonFile json, JsonFile scaling) {
    JsonFile owner = scaling.has("original_max_position_embeddings") ? scaling : json;
    return llama3Factors(
        config,
        scaling.real("factor", 8),
        scaling.real("low_freq_factor", 1),
        scaling.real("high_freq_factor", 4),
        owner.real("original_max_position_embeddings", 8192));
  }

  private static ModelConfig config(
      ModelConfig.Architecture architecture, JsonFile json, JsonFile rope, JsonFile scaling) {
    int dim = json.integer("hidden_size");
    int heads = json.integer("num_attention_heads");
    int headDim = headDim(json, dim, heads);
    double rotated = json.real(json.either("partial_rotary_factor", "rotary_pct"), 1);
    return new ModelConfig(
        architecture,
        json.integer(json.either("num_hidden_layers", "num_layers")),
        dim,
        heads,
        json.integer("num_key_value_heads", heads),
        headDim,
        json.has("intermediate_size")
            ? json.integer("intermediate_size")
            : Math.multiplyExact(4, dim),
        json.integer("vocab_size"),
        json.integer("max_position_embeddings"),
        (float) rope.real("rope_theta", 10_000),
        scalingType(scaling).equals("linear") ? (float) scaling.real("factor") : 1,
        (int) (rotated * headDim),
        (float) json.real(json.either("layer_norm_epsilon", "rms_norm_eps")));
  }

  private static ModelConfig.Architecture architecture(JsonFile json) {
    String type = json.string("model_type", "");
    String first = json.value("architectures").path(0).stringValue("");
    if (type.equals("exaone") || type.isEmpty() && first.equals("ExaoneForCausalLM")) {
      return ModelConfig.Architecture.EXAONE;
    }
    if (type.equals("llama") || type.isEmpty() && first.equals("LlamaForCausalLM")) {
      return ModelConfig.Architecture.LLAMA;
    }
    throw json.malformed(
        "model_type \"%s\" is not one that Hanok runs: exaone and llama"
            .formatted(type.isEmpty() ? first : type));
  }

  private static void refuseWhatHanokDoesNotRun(JsonFile json) {
    String activation = json.string(json.either("hidden_act", "activation_function"), "silu");
    if (!activation.equals("silu")) {
      throw json.malformed("activation %s; Hanok runs silu".formatted(activation));
    }
    for (String key : new String[] {"attention_bias", "mlp_bias"}) {
      if (json.flag(key)) {
        throw json.malformed("key %s: Hanok runs models without biases".formatted(key));
      }
    }
    if (json.has("quantization_config")) {
      throw json.malformed("the weights are quantised; convert the original checkpoint");
    }
  }

  private static int headDim(JsonFile json, int dim, int heads) {
    if (json.has("head_dim")) {
      return json.integer("head_dim");
    }
    if (heads < 1 || dim % heads != 0) {
      throw json.malformed("hidden_size %d is not a multiple of %d heads".formatted(dim, heads));
    }
    return dim / heads;
  }

  private static String scalingType(JsonFile scaling) {
    return scaling.string(scaling.either("rope_type", "type"), "default");
  }
}
