package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.List;

/**
 * Cuts ordinary text as {@link Tokenizer#encode} does before it merges: literal tokens are taken
 * out as they stand, and what is between them is cut into pieces. For those who learn merges from
 * pieces. Immutable and thread-safe.
 */
public final class PieceScanner {

  /** Takes the pieces of a text, in its order. */
  @FunctionalInterface
  public interface Sink {
    /** {@code utf8[from, to)} is a piece; the array is the scanner's caller's. */
    void piece(byte[] utf8, int from, int to);
  }

  private final PreTokenizer rule;
  private final List<byte[]> spellings;
  private final LiteralTokens literals = new LiteralTokens();

  /**
   * @param rule as {@code tokenizer.ggml.pre} names it, such as {@code exaone}
   * @param literals tokens that are matched in text as they stand
   * @throws IllegalArgumentException if Hanok has no such rule
   */
  public PieceScanner(String rule, Collection<String> literals) {
    this.rule =
        PreTokenizer.named(rule)
            .orElseThrow(
                () -> new IllegalArgumentException("no rule cuts text like \"" + rule + "\""));
    spellings = literals.stream().map(literal -> literal.getBytes(UTF_8)).toList();
    for (int i = 0; i < spellings.size(); i++) {
      this.literals.add(spellings.get(i), i);
    }
  }

  /** A text as UTF-8; lone surrogates, which UTF-8 cannot say, become U+FFFD. */
  public static byte[] utf8(CharSequence text) {
    return Utf8.encode(text);
  }

  /** Hands the pieces of a text to {@code sink}; literal tokens are left out. */
  public void scan(byte[] utf8, Sink sink) {
    int from = 0;
    int at = 0;
    while ((at = literals.next(utf8, at, utf8.length)) < utf8.length) {
      int literal = literals.longest(utf8, at, utf8.length);
      if (literal < 0) {
        at++;
        continue;
      }
      between(utf8, from, at, sink);
      at += spellings.get(literal).length;
      from = at;
    }
    between(utf8, from, utf8.length, sink);
  }

  private void between(byte[] utf8, int from, int to, Sink sink) {
    for (int at = from; at < to; ) {
      int end = rule.end(utf8, at, to);
      sink.piece(utf8, at, end);
      at = end;
    }
  }
}
