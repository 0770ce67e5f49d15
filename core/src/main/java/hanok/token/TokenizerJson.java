package hanok.token;

import hanok.gguf.MalformedModelException;
import hanok.gguf.StringTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokenizers as Hugging Face's {@code tokenizer.json} describes them, with what
 * {@code tokenizer_config.json} beside it says of special tokens. What would change ids and is not
 * supported is refused by name.
 */
final class TokenizerJson {
  private final Path file;
  private final JsonNode root;
  private final JsonNode config;

  private TokenizerJson(Path file) {
    this.file = file;
    root = parse(file);
    Path beside = file.resolveSibling("tokenizer_config.json");
    config = Files.exists(beside) ? parse(beside) : JsonMapper.shared().createObjectNode();
  }

  /**
   * @throws MalformedModelException if the file is no tokenizer, or one that Hanok does not know
   */
  static Definition read(Path file) {
    return new TokenizerJson(file).definition();
  }

  private static JsonNode parse(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      JsonNode node = JsonMapper.shared().readTree(bytes);
      if (node.isObject()) {
        return node;
      }
    } catch (JacksonException e) {
      long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      throw new MalformedModelException(file, offset, "not JSON: " + e.getOriginalMessage());
    }
    throw new MalformedModelException(file, MalformedModelException.NOWHERE, "not a JSON object");
  }

  private Definition definition() {
    JsonNode model = root.path("model");
    requireModel(model);
    Vocabulary vocabulary = vocabulary(model.path("vocab"));
    StringTable merges = StringTable.of(merges(model.path("merges")));
    Merges read = Merges.read(merges, vocabulary, this::malformed);
    OptionalInt eos = special("eos_token", vocabulary);
    return new Definition(
        vocabulary,
        merges,
        new Pieces(read, vocabulary.size()),
        new PreTokenizerJson(file).rule(root.path("pre_tokenizer")),
        model.path("ignore_merges").asBoolean(false),
        nfc(root.path("normalizer")),
        special("bos_token", vocabulary),
        eos,
        special("unk_token", vocabulary),
        special("pad_token", vocabulary),
        config.path("add_bos_token").asBoolean(addsBosByTemplate()),
        Definition.endOfGeneration(vocabulary, eos, OptionalInt.empty()));
  }

  private void requireModel(JsonNode model) {
    String type = model.path("type").asString("BPE");
    if (!model.isObject() || !type.equals("BPE")) {
      throw malformed("model: type \"" + type + "\"; Hanok reads BPE");
    }
    for (String suffix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.path(suffix).asString("").isEmpty()) {
        throw malformed("model: " + suffix + " is not supported");
      }
    }
    if (model.path("byte_fallback").asBoolean(false)) {
      throw malformed("model: byte_fallback is not supported; Hanok reads byte-level BPE");
    }
    if (model.path("dropout").asDouble(0) != 0) {
      throw malformed("model: dropout is not supported");
    }
  }

  private Vocabulary vocabulary(JsonNode vocab) {
    if (!vocab.isObject()) {
      throw malformed("model.vocab is missing");
    }
    List<@Nullable String> tokens = new ArrayList<>();
    List<Vocabulary.Type> types = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      put(entry.getKey(), id(entry.getValue(), entry.getKey()), false, tokens, types);
    }
    for (JsonNode added : root.path("added_tokens")) {
      String content = added.path("content").asString("");
      for (String flag : List.of("lstrip", "rstrip", "single_word")) {
        if (added.path(flag).asBoolean(false)) {
          throw malformed("added token \"" + content + "\": " + flag + " is not supported");
        }
      }
      int id = id(added.path("id"), content);
      put(content, id, true, tokens, types);
      types.set(
          id,
          added.path("special").asBoolean(false)
              ? Vocabulary.Type.CONTROL
              : Vocabulary.Type.USER_DEFINED);
    }
    List<String> complete = new ArrayList<>(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      complete.add(token == null ? "[PAD" + id + "]" : token);
    }
    byte[] numbers = new byte[types.size()];
    for (int id = 0; id < numbers.length; id++) {
      numbers[id] = (byte) types.get(id).id();
    }
    return new Vocabulary(StringTable.of(complete), numbers, this::malformed);
  }

  /** Sets a token; ids in between that nobody names stay unused. */
  private void put(
      String token,
      int id,
      boolean replace,
      List<@Nullable String> tokens,
      List<Vocabulary.Type> types) {
    while (tokens.size() <= id) {
      tokens.add(null);
      types.add(Vocabulary.Type.UNUSED);
    }
    String there = tokens.get(id);
    if (there != null && !replace && !there.equals(token)) {
      throw malformed("id %d is given to \"%s\" and to \"%s\"".formatted(id, there, token));
    }
    tokens.set(id, token);
    types.set(id, Vocabulary.Type.NORMAL);
  }

  private int id(JsonNode node, String token) {
    if (!node.isInt() || node.intValue() < 0 || node.intValue() > 1 << 24) {
      throw malformed("token \"%s\" has id %s".formatted(token, node));
    }
    return node.intValue();
  }

  /** Merges are strings {@code "a b"}, or since tokenizers 0.20 pairs {@code ["a", "b"]}. */
  private List<String> merges(JsonNode merges) {
    List<String> result = new ArrayList<>(merges.size());
    for (JsonNode merge : merges) {
      boolean pair = merge.isArray() && merge.size() == 2;
      if (!pair && !merge.isString()) {
        throw malformed("merge %d is %s".formatted(result.size(), merge));
      }
      result.add(
          pair ? merge.get(0).asString("") + " " + merge.get(1).asString("") : merge.asString(""));
    }
    return result;
  }

  private boolean nfc(JsonNode normalizer) {
    if (normalizer.isMissingNode() || normalizer.isNull()) {
      return false;
    }
    String type = normalizer.path("type").asString("");
    JsonNode parts = normalizer.path("normalizers");
    if (type.equals("Sequence") && parts.size() <= 1) {
      return parts.size() == 1 && nfc(parts.get(0));
    }
    if (type.equals("NFC")) {
      return true;
    }
    throw malformed("normalizer \"" + type + "\" is not supported; Hanok reads NFC and none");
  }

  /** Llama 3 says it with a template that puts a special token before the text. */
  private boolean addsBosByTemplate() {
    JsonNode processor = root.path("post_processor");
    for (JsonNode part : processor.path("processors")) {
      if (beginsWithSpecial(part)) {
        return true;
      }
    }
    return beginsWithSpecial(processor);
  }

  private static boolean beginsWithSpecial(JsonNode processor) {
    return processor.path("type").asString("").equals("TemplateProcessing")
        && processor.path("single").path(0).has("SpecialToken");
  }

  private OptionalInt special(String key, Vocabulary vocabulary) {
    JsonNode node = config.path(key);
    String token = node.isObject() ? node.path("content").asString("") : node.asString("");
    return token.isEmpty() ? OptionalInt.empty() : vocabulary.id(token);
  }

  private MalformedModelException malformed(String reason) {
    return new MalformedModelException(file, MalformedModelException.NOWHERE, reason);
  }
}
