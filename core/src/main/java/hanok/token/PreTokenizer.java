package hanok.token;

import static hanok.token.CharClass.LETTER;
import static hanok.token.CharClass.NUMBER;
import static hanok.token.CharClass.OTHER;
import static hanok.token.CharClass.SPACE;

import java.util.Optional;

/**
 * Cuts text into the pieces that BPE merges within. Each rule is the regular expression in its
 * comment, written out as a scanner: it never backtracks further than one character, so it is
 * linear on any text.
 */
enum PreTokenizer {
  /** GPT-2: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}. */
  GPT2 {
    @Override
    int end(Utf8 text, int from) {
      CharClass first = text.classAt(from);
      int i = text.next(from);
      if (first == OTHER) {
        int contraction = contractionEnd(text, from, false);
        return contraction > 0 ? contraction : text.skip(i, OTHER);
      }
      if (first != SPACE) {
        return text.skip(i, first);
      }
      if (text.byteAt(from) == ' ' && i < text.end() && text.classAt(i) != SPACE) {
        return text.skip(text.next(i), text.classAt(i));
      }
      return spaceEnd(text, from);
    }
  },
  /**
   * EXAONE 3.x, StarCoder, Command R: every digit by itself, then {@link #GPT2} between the digits.
   */
  EXAONE {
    @Override
    int end(Utf8 text, int from) {
      CharClass first = text.classAt(from);
      int i = text.next(from);
      if (first == NUMBER) {
        return i;
      }
      if (first == SPACE) {
        if (text.byteAt(from) == ' ' && i < text.end()) {
          CharClass second = text.classAt(i);
          if (second == LETTER || second == OTHER) {
            return text.skip(text.next(i), second);
          }
        }
        int end = text.skip(i, SPACE);
        boolean wordFollows = end < text.end() && text.classAt(end) != NUMBER;
        int last = text.previous(end);
        return wordFollows && last > from ? last : end;
      }
      int contraction = first == OTHER ? contractionEnd(text, from, false) : 0;
      return contraction > 0 ? contraction : text.skip(i, first);
    }
  },
  /**
   * Llama 3: {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
   * ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}.
   */
  LLAMA3 {
    @Override
    int end(Utf8 text, int from) {
      return modernEnd(text, from, 3);
    }
  },
  /** Qwen 2: {@link #LLAMA3} with every digit by itself. */
  QWEN2 {
    @Override
    int end(Utf8 text, int from) {
      return modernEnd(text, from, 1);
    }
  };

  /**
   * The rule with this name in {@code tokenizer.ggml.pre}. The names are llama.cpp's; several stand
   * for one rule.
   */
  static Optional<PreTokenizer> named(String name) {
    return switch (name) {
      case "exaone", "starcoder", "refact", "command-r", "smollm", "codeshell" ->
          Optional.of(EXAONE);
      case "gpt-2", "mpt", "default", "phi-2", "jina-es", "jina-de", "gigachat", "exaone4" ->
          Optional.of(GPT2);
      case "llama-bpe", "llama3", "llama-v3", "dbrx", "smaug-bpe" -> Optional.of(LLAMA3);
      case "qwen2", "stablelm2", "deepseek-r1-qwen" -> Optional.of(QWEN2);
      default -> Optional.empty();
    };
  }

  /** The name to write to a GGUF file. */
  String label() {
    return switch (this) {
      case EXAONE -> "exaone";
      case GPT2 -> "gpt-2";
      case LLAMA3 -> "llama-bpe";
      case QWEN2 -> "qwen2";
    };
  }

  /** Where the piece that begins at {@code from} ends. */
  abstract int end(Utf8 text, int from);

  static int modernEnd(Utf8 text, int from, int digitsMax) {
    int contraction = contractionEnd(text, from, true);
    if (contraction > 0) {
      return contraction;
    }
    CharClass first = text.classAt(from);
    int i = text.next(from);
    if (first == LETTER) {
      return text.skip(i, LETTER);
    }
    if (first == NUMBER) {
      for (int digits = 1;
          digits < digitsMax && i < text.end() && text.classAt(i) == NUMBER;
          digits++) {
        i = text.next(i);
      }
      return i;
    }
    boolean lineBreak = isLineBreak(text, from);
    if (!lineBreak && i < text.end() && text.classAt(i) == LETTER) {
      return text.skip(i, LETTER);
    }
    boolean spaceBefore = text.byteAt(from) == ' ' && i < text.end() && text.classAt(i) == OTHER;
    if (first == OTHER || spaceBefore) {
      int end = text.skip(i, OTHER);
      while (end < text.end() && isLineBreak(text, end)) {
        end++;
      }
      return end;
    }
    int spaces = text.skip(i, SPACE);
    for (int end = spaces; end > from; end--) {
      if (isLineBreak(text, end - 1)) {
        return end;
      }
    }
    return spaceEnd(text, from);
  }

  /** {@code \s+(?!\S)|\s+}: white space, but for the last one before a word. */
  static int spaceEnd(Utf8 text, int from) {
    int end = text.skip(from, SPACE);
    int last = text.previous(end);
    return end < text.end() && last > from ? last : end;
  }

  private static boolean isLineBreak(Utf8 text, int at) {
    return text.byteAt(at) == '\n' || text.byteAt(at) == '\r';
  }

  /** The end of {@code 's 't 're 've 'm 'll 'd} at {@code from}, or 0. */
  static int contractionEnd(Utf8 text, int from, boolean anyCase) {
    if (text.byteAt(from) != '\'' || from + 1 >= text.end()) {
      return 0;
    }
    int a = letter(text, from + 1, anyCase);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') {
      return from + 2;
    }
    int b = from + 2 < text.end() ? letter(text, from + 2, anyCase) : 0;
    boolean two = a == 'r' && b == 'e' || a == 'v' && b == 'e' || a == 'l' && b == 'l';
    return two ? from + 3 : 0;
  }

  private static int letter(Utf8 text, int at, boolean anyCase) {
    int b = text.byteAt(at);
    return anyCase && b >= 'A' && b <= 'Z' ? b + 32 : b;
  }
}
