package hanok.kernel;

/** How quantised weights are multiplied by many tokens. One token is always multiplied exactly. */
public enum Arithmetic {
  /** As bytes, by oneDNN, where it is available; as floats elsewhere. */
  BYTES,
  /** As floats. */
  FLOATS,
  /** As one token is: it gets the same in any batch, bit for bit. */
  EXACT
}
