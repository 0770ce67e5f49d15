package hanok.train.data;

import java.util.function.LongPredicate;

/**
 * Hashes of what two texts share if one was copied from the other. Only letters and digits count,
 * in lower case. There are two kinds:
 *
 * <ul>
 *   <li>every 13 words that follow each other, the size that GPT-3 and its successors use;
 *   <li>every 25 letters that follow each other without regard to spaces, where at least half are
 *       Hangul: Korean writes particles onto its words and is free in where it puts spaces, so that
 *       a copied sentence need not have 13 equal words.
 * </ul>
 */
final class Grams {
  static final int WORDS = 13;
  static final int LETTERS = 25;

  private static final int HANGUL_MIN = (LETTERS + 1) / 2;
  private static final long BASE = 0x9E3779B97F4A7C15L;
  private static final long WORDS_BASE = power(WORDS);
  private static final long LETTERS_BASE = power(LETTERS);

  private final LongPredicate visitor;
  private final long[] words = new long[WORDS];
  private final int[] letters = new int[LETTERS];
  private long wordsHash;
  private long lettersHash;
  private int wordsSeen;
  private int lettersSeen;
  private int hangul;

  private Grams(LongPredicate visitor) {
    this.visitor = visitor;
  }

  private static long power(int n) {
    long power = 1;
    for (int i = 0; i < n; i++) {
      power *= BASE;
    }
    return power;
  }

  /**
   * Visits the hashes of a text until the visitor says true.
   *
   * @return whether it did
   */
  static boolean any(CharSequence text, LongPredicate visitor) {
    return new Grams(visitor).visit(text);
  }

  private boolean visit(CharSequence text) {
    long word = 0;
    boolean within = false;
    for (int i = 0; i < text.length(); ) {
      int c = Character.codePointAt(text, i);
      i += Character.charCount(c);
      if (Character.isLetterOrDigit(c)) {
        int lower = Character.toLowerCase(c);
        word = (within ? word : 1) * BASE + lower;
        within = true;
        if (letter(lower)) {
          return true;
        }
      } else if (within) {
        within = false;
        if (word(Mix.bits(word))) {
          return true;
        }
      }
    }
    return within && word(Mix.bits(word));
  }

  private boolean letter(int c) {
    int slot = lettersSeen++ % LETTERS;
    int oldest = letters[slot];
    letters[slot] = c;
    lettersHash = lettersHash * BASE + c - oldest * LETTERS_BASE;
    hangul += isHangul(c) - isHangul(oldest);
    return lettersSeen >= LETTERS && hangul >= HANGUL_MIN && visitor.test(Mix.bits(lettersHash));
  }

  private boolean word(long hash) {
    int slot = wordsSeen++ % WORDS;
    wordsHash = wordsHash * BASE + hash - words[slot] * WORDS_BASE;
    words[slot] = hash;
    return wordsSeen >= WORDS && visitor.test(Mix.bits(wordsHash + 1));
  }

  private static int isHangul(int c) {
    return c >= 0xAC00 && c <= 0xD7A3 ? 1 : 0;
  }
}
