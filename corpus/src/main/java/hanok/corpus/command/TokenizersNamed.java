package hanok.corpus.command;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Suggestions;
import hanok.token.train.TokenCounter;
import hanok.token.train.TokenCounters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tokenizers as they are named on the command line: files, folders, or names known everywhere.
 *
 * @param rule how text is cut for {@code .tiktoken} files; null: as their names say
 */
record TokenizersNamed(List<String> names, @Nullable String rule) {

  List<TokenCounter> load() {
    names.forEach(TokenizersNamed::requireKnown);
    List<String> shown = names.stream().map(TokenizersNamed::shortName).toList();
    boolean clear = new HashSet<>(shown).size() == shown.size();
    List<TokenCounter> loaded = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      loaded.add(load(names.get(i), clear ? shown.get(i) : names.get(i)));
    }
    return loaded;
  }

  private static void requireKnown(String name) {
    if (TokenCounters.NAMES.contains(name) || Files.exists(Path.of(name))) {
      return;
    }
    boolean file = name.contains("/") || name.contains(".");
    Optional<String> meant =
        file ? Optional.empty() : Suggestions.nearest(name, TokenCounters.NAMES);
    throw meant.isPresent()
        ? new Failure(ExitCode.NOT_FOUND, "tokenizer.compare.didYouMean", name, meant.get())
        : new Failure(
            ExitCode.NOT_FOUND,
            "tokenizer.compare.unknown",
            name,
            String.join(", ", TokenCounters.NAMES));
  }

  private TokenCounter load(String name, String shown) {
    if (TokenCounters.NAMES.contains(name) && !Files.exists(Path.of(name))) {
      return TokenCounters.named(name);
    }
    if (!name.endsWith(".tiktoken")) {
      return TokenCounters.load(Path.of(name), shown, "");
    }
    String how = rule == null ? ruleOf(shortName(name)) : rule;
    return TokenCounters.load(Path.of(name), shown + " (" + how + ")", how);
  }

  /** A file of ranks does not say how text is cut, but those of OpenAI are known by their names. */
  private static String ruleOf(String file) {
    return switch (file) {
      case "cl100k_base.tiktoken" -> "llama-bpe";
      case "p50k_base.tiktoken", "r50k_base.tiktoken", "gpt2.tiktoken" -> "gpt-2";
      default -> "exaone";
    };
  }

  /** The name of a file or a folder; that of its folder if it is called as all of its kind are. */
  private static String shortName(String name) {
    Path path = Path.of(name).toAbsolutePath().normalize();
    Path last = path.endsWith("tokenizer.json") ? path.getParent() : path;
    Path shown = last == null ? null : last.getFileName();
    return shown == null ? name : shown.toString();
  }
}
