package hanok.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgufWriter;
import hanok.safetensors.DType;
import hanok.safetensors.SafeTensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes Hugging Face folders of models with two layers, which a test may damage before it saves.
 */
final class TinyModel {
  static final int DIM = 12;
  static final int FFN = 20;
  static final int HEADS = 3;
  static final int KV_HEADS = 1;
  static final int HEAD_DIM = 4;

  /** 256 bytes, one merge and two special tokens. */
  static final int TOKENS = 259;

  /** Rows of the embedding: more than there are tokens. */
  static final int VOCAB = 264;

  private record Weight(float[] values, long[] shape, DType dtype) {}

  final ObjectNode config = JsonMapper.shared().createObjectNode();
  private final SequencedMap<String, Weight> weights = new LinkedHashMap<>();
  private final Random random = new Random(7);

  static TinyModel exaone() {
    TinyModel model = new TinyModel();
    model.config.put("model_type", "exaone");
    model.config.put("num_layers", 2).put("layer_norm_epsilon", 1e-5);
    model.config.put("activation_function", "silu");
    model.addCommonConfig();
    model.add("transformer.wte.weight", VOCAB, DIM);
    for (int i = 0; i < 2; i++) {
      String prefix = "transformer.h." + i + ".";
      model.add(prefix + "ln_1.weight", DIM);
      model.add(prefix + "attn.attention.q_proj.weight", HEADS * HEAD_DIM, DIM);
      model.add(prefix + "attn.attention.k_proj.weight", KV_HEADS * HEAD_DIM, DIM);
      model.add(prefix + "attn.attention.v_proj.weight", KV_HEADS * HEAD_DIM, DIM);
      model.add(prefix + "attn.attention.out_proj.weight", DIM, HEADS * HEAD_DIM);
      model.add(prefix + "ln_2.weight", DIM);
      model.add(prefix + "mlp.c_fc_0.weight", FFN, DIM);
      model.add(prefix + "mlp.c_fc_1.weight", FFN, DIM);
      model.add(prefix + "mlp.c_proj.weight", DIM, FFN);
    }
    model.add("transformer.ln_f.weight", DIM);
    model.add("lm_head.weight", VOCAB, DIM);
    return model;
  }

  static TinyModel llama() {
    TinyModel model = new TinyModel();
    model.config.put("model_type", "llama");
    model.config.put("num_hidden_layers", 2).put("rms_norm_eps", 1e-6);
    model.addCommonConfig();
    model.add("model.embed_tokens.weight", VOCAB, DIM);
    for (int i = 0; i < 2; i++) {
      String prefix = "model.layers." + i + ".";
      model.add(prefix + "input_layernorm.weight", DIM);
      model.add(prefix + "self_attn.q_proj.weight", HEADS * HEAD_DIM, DIM);
      model.add(prefix + "self_attn.k_proj.weight", KV_HEADS * HEAD_DIM, DIM);
      model.add(prefix + "self_attn.v_proj.weight", KV_HEADS * HEAD_DIM, DIM);
      model.add(prefix + "self_attn.o_proj.weight", DIM, HEADS * HEAD_DIM);
      model.add(prefix + "post_attention_layernorm.weight", DIM);
      model.add(prefix + "mlp.gate_proj.weight", FFN, DIM);
      model.add(prefix + "mlp.up_proj.weight", FFN, DIM);
      model.add(prefix + "mlp.down_proj.weight", DIM, FFN);
    }
    model.add("model.norm.weight", DIM);
    model.add("lm_head.weight", VOCAB, DIM);
    return model;
  }

  private void addCommonConfig() {
    config.put("hidden_size", DIM).put("intermediate_size", FFN);
    config.put("num_attention_heads", HEADS).put("num_key_value_heads", KV_HEADS);
    config.put("max_position_embeddings", 2048).put("rope_theta", 500000.0);
    config.put("vocab_size", VOCAB).put("eos_token_id", 258).put("tie_word_embeddings", false);
    config.putNull("rope_scaling");
  }

  /** Adds a tensor of random values that BF16 and F16 hold exactly. */
  void add(String name, int... shape) {
    long[] wide = new long[shape.length];
    int count = 1;
    for (int i = 0; i < shape.length; i++) {
      wide[i] = shape[i];
      count *= shape[i];
    }
    float[] tensor = new float[count];
    for (int i = 0; i < count; i++) {
      tensor[i] = (random.nextInt(256) - 128) / 64f;
    }
    weights.put(name, new Weight(tensor, wide, DType.BF16));
  }

  /** The values of a tensor, to be looked at or changed. */
  float[] values(String name) {
    return weight(name).values();
  }

  void setType(String name, DType dtype) {
    Weight weight = weight(name);
    weights.put(name, new Weight(weight.values(), weight.shape(), dtype));
  }

  void remove(String name) {
    weights.remove(name);
  }

  private Weight weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  /** Writes config, tokenizer, template and two or more shards. */
  Path save(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), config.toString());
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer().toString());
      ObjectNode tokenizerConfig = JsonMapper.shared().createObjectNode();
      tokenizerConfig.put("bos_token", "[BOS]").put("chat_template", "{{ messages }}");
      Files.writeString(folder.resolve("tokenizer_config.json"), tokenizerConfig.toString(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("format", "pt");
    weights.forEach(
        (name, weight) -> writer.tensor(name, weight.dtype(), weight.shape(), source(weight)));
    writer.writeShards(folder, 8000);
    return folder;
  }

  private static GgufWriter.Source source(Weight weight) {
    DType dtype = weight.dtype();
    ByteBuffer bytes = ByteBuffer.allocate(weight.values().length * dtype.bytes());
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (float value : weight.values()) {
      switch (dtype) {
        case F32 -> bytes.putFloat(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        default -> bytes.put(new byte[dtype.bytes()]);
      }
    }
    return out -> out.write(bytes.flip());
  }

  private static ObjectNode tokenizer() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    ObjectNode model = root.putObject("model").put("type", "BPE");
    ObjectNode vocab = model.putObject("vocab");
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      vocab.put(Character.toString(printable ? b : next++), b);
    }
    vocab.put("ab", 256);
    model.putArray("merges").add("a b");
    var added = root.putArray("added_tokens");
    added.addObject().put("id", 257).put("content", "[BOS]").put("special", true);
    added.addObject().put("id", 258).put("content", "[|endofturn|]").put("special", true);
    ObjectNode split = root.putObject("pre_tokenizer").put("type", "Sequence");
    var parts = split.putArray("pretokenizers");
    parts.addObject().put("type", "Digits").put("individual_digits", true);
    parts
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
    return root;
  }
}
