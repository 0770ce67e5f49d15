package hanok.constrain;

import hanok.engine.TokenConstraint;
import org.jspecify.annotations.Nullable;

/**
 * One answer of a given form. When {@link #mustEnd} says so, an answer ends without another token,
 * also where the vocabulary has none that ends one. Not thread-safe.
 */
public final class Constraint implements TokenConstraint {
  private final TokenGrammar grammar;
  private final TokenTrie trie;
  private Configuration at;
  private boolean ended;
  private boolean textFits; // whether some token of text is allowed
  private long @Nullable [] allowed; // for where we are

  Constraint(TokenGrammar grammar, TokenTrie trie) {
    this.grammar = grammar;
    this.trie = trie;
    at = grammar.configurations().start();
  }

  @Override
  public long[] allowed() {
    long[] known = allowed;
    if (known != null) {
      return known;
    }
    long[] set = ended || at.isStuck() ? new long[trie.words()] : grammar.tokens(at);
    textFits = false;
    for (long word : set) {
      textFits |= word != 0;
    }
    if (mayEnd()) {
      for (int id : trie.endIds()) {
        set[id >> 6] |= 1L << id;
      }
    }
    allowed = set;
    return set;
  }

  /**
   * Follows a token that has been chosen.
   *
   * @throws IllegalArgumentException if the token was not allowed
   */
  @Override
  public void accept(int id) {
    if (id < 0 || id >= trie.vocab() || (allowed()[id >> 6] & 1L << id) == 0) {
      throw new IllegalArgumentException("token %d does not fit the grammar here".formatted(id));
    }
    if (trie.endsAnswer(id)) {
      ended = true;
    } else {
      at = grammar.configurations().step(at, trie.bytes(id));
    }
    allowed = null;
  }

  /** Whether the text is of the form as it stands. */
  public boolean mayEnd() {
    return at.complete;
  }

  /** Whether no text may follow: it has ended, is whole, or no token fits what should come. */
  public boolean mustEnd() {
    allowed();
    return !textFits;
  }
}
