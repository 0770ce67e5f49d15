package hanok.kernel;

/** A weight matrix that can be multiplied by activations. */
public sealed interface Matrix permits RowMatrix, InterleavedMatrix {

  /** Outputs. */
  int rows();

  /** Inputs. */
  int columns();

  /** How activations must be rounded before {@link #multiply}. */
  Rounding rounding();

  /** How {@link #multiply} by so many tokens reads the activations. */
  Layout layout(int tokens);

  /** Rows that are computed together for so many tokens: work is cut at multiples of it. */
  int rowsTogether(int tokens);

  /**
   * Computes {@code y[yOffset + token * yStride + row] = w[row] . x[token]} for the rows {@code
   * [first, end)} and all tokens. What a token gets depends on the others only in that enough of
   * them are multiplied as bytes.
   *
   * @param first a multiple of {@link #rowsTogether}
   * @param end another one, or {@link #rows}
   * @throws IllegalStateException if the activations were not rounded as {@link #rounding} says
   */
  void multiply(int first, int end, Activations x, float[] y, int yOffset, int yStride);
}
