package hanok.constrain;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A grammar over the tokens of a vocabulary. It knows which tokens may come where, finds that out
 * when it is first asked, and shares it among all answers of this form. Thread-safe.
 *
 * <p>The tokens that may come depend on the whole stack of calls, and there are many stacks. But
 * most tokens end within the rule that is under way: they depend on its states alone, and are found
 * once by walking the whole tree ({@link Local}). What is left are the nodes of the tree where the
 * rule ends before the token does, as in {@code "},}: only from those is the walk taken up again
 * with the stack below.
 */
public final class TokenGrammar {
  private static final long MASK_BYTES_MAX = 8L << 20;
  private static final long LOCAL_BYTES_MAX = 8L << 20;

  private final TokenTrie trie;
  private final Automaton automaton;
  private final Configurations configurations;
  private final LongStrings longStrings;
  private final WeighedCache<Configuration, Mask> masks =
      new WeighedCache<>(MASK_BYTES_MAX, Mask::bytes);
  private final WeighedCache<LocalKey, Local> locals =
      new WeighedCache<>(LOCAL_BYTES_MAX, Local::bytes);

  /** States of a rule, and how many frames there may be above it. */
  private record LocalKey(int[] states, int room) {
    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(states) + room;
    }

    @Override
    public boolean equals(@Nullable Object object) {
      return object instanceof LocalKey other
          && room == other.room
          && Arrays.equals(states, other.states);
    }
  }

  /**
   * What may come from some states of a rule, whatever is below it on the stack.
   *
   * @param tokens those that end before the rule does, or where it may
   * @param exits nodes of the tree where the rule may end and tokens go on
   */
  private record Local(TokenSet tokens, int[] exits) {
    long bytes() {
      return tokens.bytes() + 4L * exits.length;
    }
  }

  /**
   * The tokens that may come: the union of some sets.
   *
   * @param shared those of rules
   * @param own those that go on behind a rule
   */
  private record Mask(TokenSet[] shared, TokenSet own) {
    long bytes() {
      return 64 + own.bytes();
    }
  }

  public TokenGrammar(Grammar grammar, TokenTrie trie) {
    this.trie = trie;
    automaton = grammar.automaton();
    configurations = new Configurations(automaton);
    longStrings = new LongStrings(automaton, trie.depthMax());
  }

  /** Begins an answer. */
  public Constraint start() {
    return new Constraint(this, trie);
  }

  Configurations configurations() {
    return configurations;
  }

  /** The tokens of the text that may come next: a bit an id, {@code [words]}. */
  long[] tokens(Configuration exactly) {
    Configuration at = longStrings.alike(exactly);
    Mask mask = masks.find(at);
    if (mask == null) {
      mask = masks.keep(at, mask(at));
    }
    long[] set = new long[trie.words()];
    for (TokenSet part : mask.shared) {
      part.addTo(set);
    }
    mask.own.addTo(set);
    return set;
  }

  private Mask mask(Configuration at) {
    TokenSet[] shared = new TokenSet[at.stacks.length];
    long[] own = new long[trie.words()];
    Walk walk = new Walk(own, null);
    for (int i = 0; i < at.stacks.length; i++) {
      CallStack stack = at.stacks[i];
      Local local = local(at.states[i], stack);
      shared[i] = local.tokens;
      CallStack parent = stack.parent();
      if (parent != null) {
        Configuration behind = configurations.at(parent, stack.returnTo());
        for (int exit : local.exits) {
          walk.below(exit, behind);
        }
      }
    }
    return new Mask(shared, TokenSet.of(own));
  }

  private Local local(int[] states, CallStack stack) {
    boolean calls = false;
    for (int state : states) {
      calls |= automaton.calls(state);
    }
    LocalKey key = new LocalKey(states, calls ? stack.room() : 0);
    Local known = locals.find(key);
    if (known != null) {
      return known;
    }
    long[] tokens = new long[trie.words()];
    IntList exits = new IntList();
    Configuration from = configurations.at(CallStack.bottom(key.room), states);
    new Walk(tokens, exits).below(TokenTrie.ROOT, from);
    return locals.keep(key, new Local(TokenSet.of(tokens), exits.toArray()));
  }

  /** Walks the tree of tokens and the automaton side by side. */
  private final class Walk {
    private final long[] tokens;
    private final @Nullable IntList exits;
    private final Configuration[] path = new Configuration[trie.depthMax() + 1];

    Walk(long[] tokens, @Nullable IntList exits) {
      this.tokens = tokens;
      this.exits = exits;
    }

    /** Collects the tokens below a node whose bytes from there on fit. */
    void below(int top, Configuration from) {
      path[trie.depth(top)] = from;
      int end = trie.end(top);
      int node = top + 1;
      while (node < end) {
        int depth = trie.depth(node);
        Configuration at = configurations.step(path[depth - 1], trie.label(node));
        if (at.isDead()) {
          node = trie.end(node);
          continue;
        }
        path[depth] = at;
        trie.addTokens(node, tokens);
        if (exits != null && at.complete && trie.hasChildren(node)) {
          exits.add(node);
        }
        node++;
      }
    }
  }
}
