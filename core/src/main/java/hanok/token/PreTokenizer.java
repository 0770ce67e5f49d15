package hanok.token;

import static hanok.token.CharClass.BYTES;
import static hanok.token.CharClass.CLASS;
import static hanok.token.CharClass.LETTER;
import static hanok.token.CharClass.NUMBER;
import static hanok.token.CharClass.OTHER;
import static hanok.token.CharClass.SPACE;

import java.util.Optional;

/**
 * Cuts text into the pieces that BPE merges within. Each rule is the regular expression in its
 * comment, written out as a scanner of UTF-8: it never backtracks further than one character, so it
 * is linear on any text.
 */
enum PreTokenizer {
  /** GPT-2: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}. */
  GPT2 {
    @Override
    int end(byte[] text, int from, int to) {
      int word = wordEnd(text, from, to);
      if (word > 0) {
        return word;
      }
      int first = CharClass.at(text, from, to);
      int type = first & CLASS;
      int i = from + (first >> BYTES);
      if (type == OTHER) {
        return otherEnd(text, from, i, to);
      }
      if (type != SPACE) {
        return CharClass.run(text, i, to, type);
      }
      if (text[from] == ' ' && i < to) {
        int second = CharClass.at(text, i, to);
        if ((second & CLASS) != SPACE) {
          return CharClass.run(text, i + (second >> BYTES), to, second & CLASS);
        }
      }
      return spaceEnd(text, from, i, to);
    }
  },
  /**
   * EXAONE 3.x, StarCoder, Command R: every digit by itself, then {@link #GPT2} between the digits.
   */
  EXAONE {
    @Override
    int end(byte[] text, int from, int to) {
      int word = wordEnd(text, from, to);
      if (word > 0) {
        return word;
      }
      int first = CharClass.at(text, from, to);
      int type = first & CLASS;
      int i = from + (first >> BYTES);
      if (type == NUMBER) {
        return i;
      }
      if (type == OTHER) {
        return otherEnd(text, from, i, to);
      }
      if (text[from] == ' ' && i < to) {
        int second = CharClass.at(text, i, to);
        if ((second & CLASS) == OTHER) {
          return CharClass.run(text, i + (second >> BYTES), to, OTHER);
        }
      }
      int end = CharClass.run(text, i, to, SPACE);
      boolean digitFollows = end < to && (CharClass.at(text, end, to) & CLASS) == NUMBER;
      return digitFollows ? end : spaceEnd(text, from, i, to);
    }
  },
  /**
   * Llama 3: {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
   * ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}.
   */
  LLAMA3 {
    @Override
    int end(byte[] text, int from, int to) {
      return modernEnd(text, from, to, 3);
    }
  },
  /** Qwen 2: {@link #LLAMA3} with every digit by itself. */
  QWEN2 {
    @Override
    int end(byte[] text, int from, int to) {
      return modernEnd(text, from, to, 1);
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

  /**
   * Where the piece that begins at {@code from} ends, in a text that ends at {@code to}. Bytes that
   * are no UTF-8 are as symbols: they join neither words nor numbers.
   */
  abstract int end(byte[] text, int from, int to);

  /** The end of {@code  ?\p{L}+}, with which all rules begin, or 0. */
  private static int wordEnd(byte[] text, int from, int to) {
    int letters = from + (text[from] == ' ' ? 1 : 0);
    int end = CharClass.letters(text, letters, to);
    return end > letters ? end : 0;
  }

  /** Of the character at {@code from}, which {@code i} follows and which is OTHER. */
  private static int otherEnd(byte[] text, int from, int i, int to) {
    int contraction = text[from] == '\'' ? contractionEnd(text, from, to, false) : 0;
    return contraction > 0 ? contraction : CharClass.run(text, i, to, OTHER);
  }

  private static int modernEnd(byte[] text, int from, int to, int digitsMax) {
    int word = wordEnd(text, from, to);
    if (word > 0) {
      return word;
    }
    int first = CharClass.at(text, from, to);
    int type = first & CLASS;
    int i = from + (first >> BYTES);
    if (type == NUMBER) {
      return digitsEnd(text, i, to, digitsMax);
    }
    int contraction = text[from] == '\'' ? contractionEnd(text, from, to, true) : 0;
    if (contraction > 0) {
      return contraction;
    }
    int second = i < to ? CharClass.at(text, i, to) : SPACE;
    if ((second & CLASS) == LETTER && !isLineBreak(text[from])) {
      return CharClass.letters(text, i + (second >> BYTES), to);
    }
    if (type == OTHER || text[from] == ' ' && (second & CLASS) == OTHER) {
      int end = CharClass.run(text, i, to, OTHER);
      while (end < to && isLineBreak(text[end])) {
        end++;
      }
      return end;
    }
    for (int end = CharClass.run(text, i, to, SPACE); end > from; end--) {
      if (isLineBreak(text[end - 1])) {
        return end;
      }
    }
    return spaceEnd(text, from, i, to);
  }

  private static int digitsEnd(byte[] text, int from, int to, int digitsMax) {
    int i = from;
    for (int digits = 1; digits < digitsMax && i < to; digits++) {
      int next = CharClass.at(text, i, to);
      if ((next & CLASS) != NUMBER) {
        break;
      }
      i += next >> BYTES;
    }
    return i;
  }

  /**
   * {@code \s+(?!\S)|\s+}: white space, but for the last one before a word.
   *
   * @param next where the character after the one at {@code from} begins
   */
  private static int spaceEnd(byte[] text, int from, int next, int to) {
    int last = from;
    int i = next;
    while (i < to) {
      int c = CharClass.at(text, i, to);
      if ((c & CLASS) != SPACE) {
        return last > from ? last : i;
      }
      last = i;
      i += c >> BYTES;
    }
    return i;
  }

  private static boolean isLineBreak(byte b) {
    return b == '\n' || b == '\r';
  }

  /** The end of {@code 's 't 're 've 'm 'll 'd} whose apostrophe is at {@code from}, or 0. */
  private static int contractionEnd(byte[] text, int from, int to, boolean anyCase) {
    int a = letter(text, from + 1, to, anyCase);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') {
      return from + 2;
    }
    int b = letter(text, from + 2, to, anyCase);
    boolean two = a == 'r' && b == 'e' || a == 'v' && b == 'e' || a == 'l' && b == 'l';
    return two ? from + 3 : 0;
  }

  private static int letter(byte[] text, int at, int to, boolean anyCase) {
    if (at >= to) {
      return 0;
    }
    int b = text[at];
    return anyCase && b >= 'A' && b <= 'Z' ? b + 32 : b;
  }
}
