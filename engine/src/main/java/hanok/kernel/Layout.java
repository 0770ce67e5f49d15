package hanok.kernel;

/** How a product reads its activations. */
enum Layout {
  /** One token after the other. */
  TOKENS,
  /** Eight tokens side by side, for sums that are exact. */
  EIGHTS,
  /** Eight tokens side by side, rounded by 256 whatever the format, for sums of floats. */
  FLOATS,
  /** One token after the other, in bytes, for oneDNN. */
  BYTES
}
