package hanok.kernel;

/**
 * The activations of a batch, {@code [tokens x columns]}, in the forms that kernels read: as float
 * values and, after {@link #round}, rounded as a format wants them.
 *
 * <p>Filled by one thread, then read by many. The arrays are reused; nothing is allocated after the
 * constructor.
 */
public final class Activations {
  /** Fewer tokens are rounded sooner than they are shared out. */
  private static final int TOKENS_TO_SHARE = 8;

  private final int tokensMax;
  private final int columnsMax;
  private final float[] values;
  private final Rounded by32;
  private final Rounded by256;
  private int tokens;
  private int columns;
  private boolean has32;
  private boolean has256;
  private boolean hasBytes;
  private final Eights eights32 = new Eights();
  private final Eights eights256 = new Eights();
  private boolean hasEights32;
  private boolean hasEights256;

  /**
   * Room for {@code tokensMax} tokens of {@code columnsMax} values each.
   *
   * @throws IllegalArgumentException if either is not positive, or both together are too many
   */
  public Activations(int tokensMax, int columnsMax) {
    if (tokensMax <= 0 || columnsMax <= 0 || (long) tokensMax * columnsMax > 1 << 30) {
      throw new IllegalArgumentException(
          "activations of %d tokens x %d columns: both must be positive, their product at most 2^30"
              .formatted(tokensMax, columnsMax));
    }
    this.tokensMax = tokensMax;
    this.columnsMax = columnsMax;
    int size = tokensMax * columnsMax;
    values = new float[size];
    by32 = new Rounded(Rounding.BY_32, size);
    by256 = new Rounded(Rounding.BY_256, size);
  }

  /**
   * Begins a batch, whose values the caller then writes.
   *
   * @return where they go: {@code [tokens x columns]} from 0 on
   * @throws IllegalArgumentException if there is no room for so many
   */
  public float[] begin(int tokens, int columns) {
    if (tokens <= 0 || tokens > tokensMax || columns <= 0 || columns > columnsMax) {
      throw new IllegalArgumentException(
          "%d tokens x %d columns do not fit in activations of %d x %d"
              .formatted(tokens, columns, tokensMax, columnsMax));
    }
    this.tokens = tokens;
    this.columns = columns;
    has32 = false;
    has256 = false;
    hasBytes = false;
    hasEights32 = false;
    hasEights256 = false;
    return values;
  }

  /** Begins a batch with a copy of {@code x[offset, offset + tokens * columns)}. */
  public void set(float[] x, int offset, int tokens, int columns) {
    System.arraycopy(x, offset, begin(tokens, columns), 0, tokens * columns);
  }

  public int tokens() {
    return tokens;
  }

  /** Values of a token. */
  public int columns() {
    return columns;
  }

  /**
   * Rounds the values, if that has not been done since {@link #begin}.
   *
   * @throws IllegalArgumentException if the columns are not a whole number of blocks
   */
  public void round(Rounding rounding) {
    if (!isRounded(rounding)) {
      of(rounding).compute(values, 0, tokens * columns);
      setRounded(rounding);
    }
  }

  /** {@link #round}, with the tokens shared out over a pool. */
  void round(Rounding rounding, WorkerPool pool) {
    if (tokens < TOKENS_TO_SHARE) {
      round(rounding);
    } else if (!isRounded(rounding)) {
      Rounded rounded = of(rounding);
      pool.run(
          tokens, token -> rounded.compute(values, token * columns, token * columns + columns));
      setRounded(rounding);
    }
  }

  /**
   * Rounds the values and arranges them, if that has not been done.
   *
   * @param rounding for rows that are multiplied token by token, and for {@link Layout#EIGHTS}
   */
  void prepare(Rounding rounding, Layout layout, WorkerPool pool) {
    round(rounding, pool);
    switch (layout) {
      case TOKENS -> {}
      case EIGHTS -> arrangeEights(rounding, pool);
      case FLOATS -> arrangeEights(Rounding.BY_256, pool);
      case BYTES -> roundToBytes(pool);
    }
  }

  private void arrangeEights(Rounding rounding, WorkerPool pool) {
    if (rounding == Rounding.BY_32 ? hasEights32 : hasEights256) {
      return;
    }
    round(rounding, pool);
    Eights arranged = eightsOf(rounding);
    int count = Math.ceilDiv(tokens, Eights.TOKENS);
    arranged.reserve(count * Eights.TOKENS * columns);
    Rounded rounded = of(rounding);
    if (count == 1) {
      arranged.arrange(rounded, 0, tokens, columns);
    } else {
      pool.run(count, eight -> arranged.arrange(rounded, eight, tokens, columns));
    }
    hasEights32 |= rounding == Rounding.BY_32;
    hasEights256 |= rounding == Rounding.BY_256;
  }

  private void roundToBytes(WorkerPool pool) {
    round(Rounding.BY_256, pool);
    if (!hasBytes) {
      by256.reserveBytes();
      pool.run(tokens, token -> by256.computeBytes(token * columns, token * columns + columns));
      hasBytes = true;
    }
  }

  private boolean isRounded(Rounding rounding) {
    if (columns % rounding.block() != 0) {
      throw new IllegalArgumentException(
          "%d columns are not a multiple of %d, as quantised weights need"
              .formatted(columns, rounding.block()));
    }
    return switch (rounding) {
      case NONE -> true;
      case BY_32 -> has32;
      case BY_256 -> has256;
    };
  }

  private Rounded of(Rounding rounding) {
    return rounding == Rounding.BY_32 ? by32 : by256;
  }

  private void setRounded(Rounding rounding) {
    has32 |= rounding == Rounding.BY_32;
    has256 |= rounding == Rounding.BY_256;
  }

  /** The values, {@code [tokens x columns]}. */
  float[] values() {
    return values;
  }

  Rounded rounded(Rounding rounding) {
    return rounding == Rounding.BY_32 ? by32() : by256();
  }

  Rounded by32() {
    return checked(by32, has32);
  }

  Rounded by256() {
    return checked(by256, has256);
  }

  /** The rounded values, eight tokens side by side. */
  Eights eights(Rounding rounding) {
    if (!(rounding == Rounding.BY_32 ? hasEights32 : hasEights256)) {
      throw new IllegalStateException("activations were not arranged after they were set");
    }
    return eightsOf(rounding);
  }

  private Eights eightsOf(Rounding rounding) {
    return rounding == Rounding.BY_32 ? eights32 : eights256;
  }

  private static Rounded checked(Rounded rounded, boolean computed) {
    if (!computed) {
      throw new IllegalStateException("activations were not rounded after they were set");
    }
    return rounded;
  }
}
