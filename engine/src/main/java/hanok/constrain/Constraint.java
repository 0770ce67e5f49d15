package hanok.constrain;

import hanok.engine.TokenConstraint;

/** Keeps one answer in the form of a {@link Grammar}. */
public final class Constraint implements TokenConstraint {
  private final Grammar grammar;
  private Configuration at;

  public Constraint(Grammar grammar) {
    this.grammar = grammar;
    at = grammar.configurations().start();
  }

  @Override
  public long[] allowed() {
    return grammar.allowed(at);
  }

  /**
   * @throws IllegalArgumentException if the token was not allowed
   */
  @Override
  public void accept(int id) {
    if (grammar.trie().endsGeneration(id)) {
      return;
    }
    Configuration next = grammar.configurations().step(at, grammar.trie().bytes(id));
    if (next.isDead()) {
      throw new IllegalArgumentException("token %d does not fit the form".formatted(id));
    }
    at = next;
  }

  /** Whether the text may end here. */
  public boolean mayEnd() {
    return at.complete;
  }
}
