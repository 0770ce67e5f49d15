package hanok.token.train;

/**
 * What morphemes mean to the training of a vocabulary. At run time they mean nothing: an encoder
 * knows merges alone.
 *
 * @param kind which way
 * @param fraction of the merges that are learned inside morphemes; the others may join them
 */
public record MorphemePolicy(Kind kind, double fraction) {

  public enum Kind {
    /** Words are words. */
    NONE,
    /** Merges are learned inside morphemes only: EXAONE's way. */
    TRAIN,
    /** First inside morphemes, then free: nearly the compression of none with better cuts. */
    STAGED
  }

  public static final MorphemePolicy NONE = new MorphemePolicy(Kind.NONE, 0);
  public static final MorphemePolicy TRAIN = new MorphemePolicy(Kind.TRAIN, 1);

  public static MorphemePolicy staged(double fraction) {
    return new MorphemePolicy(Kind.STAGED, fraction);
  }

  public MorphemePolicy {
    if (kind == Kind.STAGED && !(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "the fraction of merges inside morphemes must be in (0, 1), got " + fraction);
    }
  }
}
