package hanok.token;

import hanok.gguf.MalformedModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Recognises the pre-tokeniser of a {@code tokenizer.json} as one of our rules. Patterns are
 * compared as text: one that is spelt otherwise is refused rather than guessed.
 */
final class PreTokenizerJson {
  private static final String CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";
  private static final String SPACES = "\\s+(?!\\S)|\\s+";
  private static final String MODERN =
      "(?i:"
          + CONTRACTIONS
          + ")|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|%s| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|"
          + SPACES;
  private static final String GPT2 =
      CONTRACTIONS + "| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|" + SPACES;

  private final Path file;

  PreTokenizerJson(Path file) {
    this.file = file;
  }

  PreTokenizer rule(JsonNode node) {
    List<JsonNode> steps = new ArrayList<>();
    collect(node, steps);
    if (steps.isEmpty()) {
      throw unsupported("none");
    }
    JsonNode last = steps.removeLast();
    if (!type(last).equals("ByteLevel")) {
      throw unsupported(type(last));
    }
    if (last.path("add_prefix_space").asBoolean(true)) {
      throw unsupported("ByteLevel with add_prefix_space");
    }
    boolean regex = last.path("use_regex").asBoolean(true);
    if (steps.isEmpty() && regex) {
      return PreTokenizer.GPT2;
    }
    if (steps.size() == 1 && regex && cutsDigits(steps.getFirst())) {
      return PreTokenizer.EXAONE;
    }
    if (steps.size() == 1 && !regex) {
      return bySplit(steps.getFirst());
    }
    throw unsupported(steps.toString());
  }

  private static void collect(JsonNode node, List<JsonNode> steps) {
    if (type(node).equals("Sequence")) {
      node.path("pretokenizers").forEach(step -> collect(step, steps));
    } else if (node.isObject()) {
      steps.add(node);
    }
  }

  private static boolean cutsDigits(JsonNode step) {
    boolean digits = type(step).equals("Digits") && step.path("individual_digits").asBoolean(false);
    return digits || isIsolated(step) && regex(step).equals("\\p{N}");
  }

  private PreTokenizer bySplit(JsonNode step) {
    if (isIsolated(step)) {
      String regex = regex(step);
      if (regex.equals(GPT2)) {
        return PreTokenizer.GPT2;
      }
      if (regex.equals(MODERN.formatted("\\p{N}{1,3}"))) {
        return PreTokenizer.LLAMA3;
      }
      if (regex.equals(MODERN.formatted("\\p{N}"))) {
        return PreTokenizer.QWEN2;
      }
    }
    throw unsupported(step.toString());
  }

  private static boolean isIsolated(JsonNode step) {
    return type(step).equals("Split")
        && step.path("behavior").asString("").equals("Isolated")
        && !step.path("invert").asBoolean(false);
  }

  private static String regex(JsonNode step) {
    return step.path("pattern").path("Regex").asString("");
  }

  private static String type(JsonNode node) {
    return node.path("type").asString("");
  }

  private MalformedModelException unsupported(String what) {
    return new MalformedModelException(
        file, MalformedModelException.NOWHERE, "pre_tokenizer is not supported: " + what);
  }
}
