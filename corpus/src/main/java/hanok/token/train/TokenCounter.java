package hanok.token.train;

/**
 * A tokenizer of any kind, as one to compare with others: what its ids are, and which bytes they
 * stand for. Immutable and thread-safe.
 */
public interface TokenCounter {

  /** What reports call it. */
  String name();

  /** How many ids there are; they are {@code [0, vocab)}. */
  int vocab();

  /** The ids of ordinary text: whatever it spells, control tokens never arise. */
  int[] encode(String text);

  /** The bytes that an id stands for; they need not be whole characters. */
  byte[] bytes(int id);
}
