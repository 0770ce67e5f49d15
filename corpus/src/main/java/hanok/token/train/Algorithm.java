package hanok.token.train;

/** What merges begin with. */
public enum Algorithm {
  /** Bytes: nothing is ever unknown. */
  BBPE,
  /** Characters; those that are not in the vocabulary fall back to tokens of their bytes. */
  BPE
}
