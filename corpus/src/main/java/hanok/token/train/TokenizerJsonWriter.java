package hanok.token.train;

import hanok.gguf.AtomicFile;
import java.io.BufferedOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@code tokenizer.json} in the form of Hugging Face's tokenizers 0.20 and later: merges are
 * pairs, not strings.
 */
final class TokenizerJsonWriter {
  /** GPT-2's pattern, for vocabularies of characters, whose pieces no ByteLevel step cuts. */
  static final String GPT2 =
      "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private final TrainedTokenizer tokenizer;
  private final JsonGenerator json;

  private TokenizerJsonWriter(TrainedTokenizer tokenizer, JsonGenerator json) {
    this.tokenizer = tokenizer;
    this.json = json;
  }

  static void write(TrainedTokenizer tokenizer, Path path) {
    AtomicFile.write(
        path,
        file -> {
          BufferedOutputStream out =
              new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
          JsonGenerator json = JsonMapper.shared().createGenerator(out);
          new TokenizerJsonWriter(tokenizer, json).root();
          json.flush();
          out.flush();
        });
  }

  private void root() {
    json.writeStartObject();
    json.writeStringProperty("version", "1.0");
    json.writeNullProperty("truncation");
    json.writeNullProperty("padding");
    addedTokens();
    json.writeNullProperty("normalizer");
    preTokenizer();
    json.writeNullProperty("post_processor");
    decoder();
    model();
    json.writeEndObject();
  }

  private void addedTokens() {
    json.writeArrayPropertyStart("added_tokens");
    List<Layout.Special> tokens = tokenizer.layout().tokens();
    for (int id = 0; id < tokens.size(); id++) {
      json.writeStartObject();
      json.writeNumberProperty("id", id);
      json.writeStringProperty("content", tokens.get(id).text());
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        json.writeBooleanProperty(flag, false);
      }
      json.writeBooleanProperty("special", tokens.get(id).control());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void preTokenizer() {
    json.writeObjectPropertyStart("pre_tokenizer");
    json.writeStringProperty("type", "Sequence");
    json.writeArrayPropertyStart("pretokenizers");
    if (tokenizer.rule().equals("exaone")) {
      json.writeStartObject();
      json.writeStringProperty("type", "Digits");
      json.writeBooleanProperty("individual_digits", true);
      json.writeEndObject();
    }
    if (tokenizer.algorithm() == Algorithm.BBPE) {
      json.writeStartObject();
      byteLevel(false);
    } else {
      json.writeStartObject();
      json.writeStringProperty("type", "Split");
      json.writeObjectPropertyStart("pattern");
      json.writeStringProperty("Regex", GPT2);
      json.writeEndObject();
      json.writeStringProperty("behavior", "Isolated");
      json.writeBooleanProperty("invert", false);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void decoder() {
    json.writeObjectPropertyStart("decoder");
    if (tokenizer.algorithm() == Algorithm.BBPE) {
      byteLevel(true);
      return;
    }
    json.writeStringProperty("type", "Sequence");
    json.writeArrayPropertyStart("decoders");
    for (String type : List.of("ByteFallback", "Fuse")) {
      json.writeStartObject();
      json.writeStringProperty("type", type);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** The rest of an object that has begun. */
  private void byteLevel(boolean addPrefixSpace) {
    json.writeStringProperty("type", "ByteLevel");
    json.writeBooleanProperty("add_prefix_space", addPrefixSpace);
    json.writeBooleanProperty("trim_offsets", true);
    json.writeBooleanProperty("use_regex", true);
    json.writeEndObject();
  }

  private void model() {
    boolean characters = tokenizer.algorithm() == Algorithm.BPE;
    json.writeObjectPropertyStart("model");
    json.writeStringProperty("type", "BPE");
    for (String absent :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      json.writeNullProperty(absent);
    }
    json.writeBooleanProperty("fuse_unk", false);
    json.writeBooleanProperty("byte_fallback", characters);
    json.writeBooleanProperty("ignore_merges", false);
    json.writeObjectPropertyStart("vocab");
    List<String> tokens = tokenizer.spelledTokens();
    for (int id = 0; id < tokens.size(); id++) {
      json.writeNumberProperty(tokens.get(id), id);
    }
    json.writeEndObject();
    json.writeArrayPropertyStart("merges");
    for (Lexicon.Merge merge : tokenizer.lastMerges()) {
      json.writeStartArray();
      json.writeString(tokens.get(merge.left()));
      json.writeString(tokens.get(merge.right()));
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
