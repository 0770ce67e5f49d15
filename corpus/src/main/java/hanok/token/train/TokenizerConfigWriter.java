package hanok.token.train;

import hanok.gguf.AtomicFile;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code tokenizer_config.json}: which tokens mean what, and the template of a chat. */
final class TokenizerConfigWriter {
  private TokenizerConfigWriter() {}

  static void write(Layout layout, Path path) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("add_bos_token", false);
    root.put("add_prefix_space", false);
    ObjectNode added = root.putObject("added_tokens_decoder");
    List<Layout.Special> tokens = layout.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      ObjectNode token = added.putObject(Integer.toString(id));
      token.put("content", tokens.get(id).text());
      for (String flag : List.of("lstrip", "normalized", "rstrip", "single_word")) {
        token.put(flag, false);
      }
      token.put("special", tokens.get(id).control());
    }
    putToken(root, "bos_token", layout.bos());
    putToken(root, "eos_token", layout.eos());
    putToken(root, "pad_token", layout.padding());
    putToken(root, "unk_token", layout.unknown());
    if (layout == Layout.EXAONE) {
      root.put("chat_template", ChatTemplates.EXAONE);
    }
    root.put("clean_up_tokenization_spaces", false);
    root.put("tokenizer_class", "PreTrainedTokenizerFast");
    AtomicFile.write(
        path, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
  }

  private static void putToken(ObjectNode root, String key, String token) {
    if (!token.isEmpty()) {
      root.put(key, token);
    }
  }
}
