package hanok.token.train;

import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Writes a byte-level vocabulary as a model file without weights, as llama.cpp reads it. */
final class VocabularyGguf {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  private VocabularyGguf() {}

  static void write(TrainedTokenizer tokenizer, Path path) {
    Layout layout = tokenizer.layout();
    List<String> tokens = tokenizer.spelledTokens();
    List<String> merges =
        tokenizer.lastMerges().stream()
            .map(merge -> tokens.get(merge.left()) + " " + tokens.get(merge.right()))
            .toList();
    GgufWriter gguf =
        new GgufWriter()
            .put("general.architecture", GgufValue.of(layout == Layout.EXAONE ? "exaone" : "gpt2"))
            .put(PREFIX + "model", GgufValue.of("gpt2"))
            .put(PREFIX + "pre", GgufValue.of(tokenizer.rule()))
            .put(PREFIX + "tokens", GgufValue.strings(tokens))
            .put(PREFIX + "token_type", GgufValue.int32s(types(layout, tokens.size())))
            .put(PREFIX + "merges", GgufValue.strings(merges));
    putId(gguf, "bos_token_id", layout.bos(), tokens);
    putId(gguf, "eos_token_id", layout.eos(), tokens);
    putId(gguf, "unknown_token_id", layout.unknown(), tokens);
    putId(gguf, "padding_token_id", layout.padding(), tokens);
    gguf.put(PREFIX + "add_bos_token", GgufValue.of(false));
    if (layout == Layout.EXAONE) {
      gguf.put("tokenizer.chat_template", GgufValue.of(ChatTemplates.EXAONE));
    }
    gguf.write(path);
  }

  private static int[] types(Layout layout, int size) {
    int[] types = new int[size];
    Arrays.fill(types, NORMAL);
    List<Layout.Special> special = layout.tokens();
    for (int id = 0; id < special.size(); id++) {
      types[id] = special.get(id).control() ? CONTROL : USER_DEFINED;
    }
    return types;
  }

  private static void putId(GgufWriter gguf, String key, String token, List<String> tokens) {
    if (!token.isEmpty()) {
      gguf.put(PREFIX + key, GgufValue.uint32(tokens.indexOf(token)));
    }
  }
}
