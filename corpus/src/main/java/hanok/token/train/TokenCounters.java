package hanok.token.train;

import hanok.token.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tokenizers to compare: by the names that are known everywhere, or of files. */
public final class TokenCounters {
  /** OpenAI's encodings. */
  public static final List<String> NAMES =
      List.of("o200k_base", "cl100k_base", "p50k_base", "r50k_base");

  private TokenCounters() {}

  /**
   * One of {@link #NAMES}.
   *
   * @throws IllegalArgumentException if the name is none of them
   */
  public static TokenCounter named(String name) {
    return new JtokkitCounter(name);
  }

  /**
   * The tokenizer of a folder with a {@code tokenizer.json}, of such a file, of a GGUF file, or of
   * a {@code .tiktoken} file.
   *
   * @param name what reports call it
   * @param rule how text is cut for a {@code .tiktoken} file, as {@link
   *     hanok.token.PieceScanner#PieceScanner} names it
   * @throws hanok.gguf.MalformedModelException if the file is no tokenizer that is known
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static TokenCounter load(Path path, String name, String rule) {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    String fileName = file.getFileName().toString();
    if (fileName.endsWith(".tiktoken")) {
      return new TiktokenCounter(file, name, rule);
    }
    return fileName.endsWith(".json") && CharacterTokenizer.isFor(file)
        ? CharacterTokenizer.load(file, name)
        : new LoadedCounter(name, Tokenizer.load(file));
  }
}
