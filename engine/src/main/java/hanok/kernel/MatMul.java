package hanok.kernel;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Products of weight matrices with one batch of activations, shared out over a pool. Several
 * matrices with the same input go in one dispatch: {@link #add} each, then {@link #run}.
 *
 * <p>A token's results do not depend on the other tokens of the batch, bit by bit. Not safe for use
 * by two threads at once; it allocates nothing.
 */
public final class MatMul implements WorkerPool.Task {
  private static final int PRODUCTS_MAX = 8;

  /**
   * Multiplications of a chunk at least: some 4 microseconds, hundreds of times the cost to take
   * it.
   */
  private static final long CHUNK_WEIGHTS_MIN = 1 << 16;

  /** Chunks a thread, so that one which loses its core for a while holds up little. */
  private static final int CHUNKS_PER_THREAD = 8;

  private final WorkerPool pool;
  private final @Nullable Matrix[] matrices = new Matrix[PRODUCTS_MAX];
  private final float[][] outputs = new float[PRODUCTS_MAX][];
  private final int[] offsets = new int[PRODUCTS_MAX];
  private final int[] strides = new int[PRODUCTS_MAX];
  private final int[] chunkRows = new int[PRODUCTS_MAX];

  /** The first chunk after those of a product. */
  private final int[] chunkEnds = new int[PRODUCTS_MAX];

  private BooleanSupplier cancelled = () -> false;
  private int products;
  private @Nullable Activations input;

  public MatMul(WorkerPool pool) {
    this.pool = pool;
  }

  /**
   * Sets when to give up: chunks are then skipped, and what they would have computed is undefined.
   *
   * @param cancelled is asked before each chunk, by the thread that would compute it
   */
  public void cancelWhen(BooleanSupplier cancelled) {
    this.cancelled = cancelled;
  }

  /**
   * Computes {@code y[yOffset + token * yStride + row] = w[row] . x[token]} for all rows and
   * tokens.
   *
   * @throws IllegalArgumentException if {@code w} has other columns than {@code x}, or {@code y}
   *     has no room
   */
  public void multiply(Matrix w, Activations x, float[] y, int yOffset, int yStride) {
    add(w, y, yOffset, yStride);
    run(x);
  }

  /**
   * Notes a product for the next {@link #run}, as {@link #multiply} computes it.
   *
   * @throws IllegalStateException if there are eight already
   */
  public void add(Matrix w, float[] y, int yOffset, int yStride) {
    if (products == PRODUCTS_MAX) {
      throw new IllegalStateException("%d products in one run at most".formatted(PRODUCTS_MAX));
    }
    matrices[products] = w;
    outputs[products] = y;
    offsets[products] = yOffset;
    strides[products] = yStride;
    products++;
  }

  /**
   * Computes the products noted since the last run, each with {@code x}, and forgets them.
   *
   * @throws IllegalArgumentException as {@link #multiply}; no product is then computed
   */
  public void run(Activations x) {
    try {
      long weights = 0;
      for (int p = 0; p < products; p++) {
        Matrix w = matrix(p);
        check(w, x, p);
        x.prepare(w.rounding(), w.layout(x.tokens()), pool);
        weights += (long) w.rows() * w.columns();
      }
      input = x;
      pool.run(split(weights, x.tokens()), this);
    } finally {
      input = null;
      products = 0;
      Arrays.fill(matrices, null);
      Arrays.fill(outputs, null);
    }
  }

  private void check(Matrix w, Activations x, int product) {
    if (w.columns() != x.columns()) {
      throw new IllegalArgumentException(
          "a matrix of %d columns times activations of %d".formatted(w.columns(), x.columns()));
    }
    int stride = strides[product];
    long end = offsets[product] + (x.tokens() - 1L) * stride + w.rows();
    if (offsets[product] < 0
        || end > outputs[product].length
        || (x.tokens() > 1 && stride < w.rows())) {
      throw new IllegalArgumentException(
          "%d tokens x %d rows, %d apart from %d, do not fit in %d outputs"
              .formatted(x.tokens(), w.rows(), stride, offsets[product], outputs[product].length));
    }
  }

  /** Cuts the rows into chunks and returns how many there are. */
  private int split(long weights, int tokens) {
    long share = weights * tokens / ((long) pool.threads() * CHUNKS_PER_THREAD);
    long chunkWeights = Math.max(CHUNK_WEIGHTS_MIN, share);
    int chunks = 0;
    for (int p = 0; p < products; p++) {
      Matrix w = matrix(p);
      long rows = Math.clamp(chunkWeights / ((long) w.columns() * tokens), 1, w.rows());
      int together = w.rowsTogether(tokens);
      chunkRows[p] = Math.ceilDiv((int) rows, together) * together;
      chunks += Math.ceilDiv(w.rows(), chunkRows[p]);
      chunkEnds[p] = chunks;
    }
    return chunks;
  }

  /** One chunk of {@link #run}, for the pool. */
  @Override
  public void run(int chunk) {
    if (cancelled.getAsBoolean()) {
      return;
    }
    int product = 0;
    while (chunk >= chunkEnds[product]) {
      product++;
    }
    int before = product == 0 ? 0 : chunkEnds[product - 1];
    int first = (chunk - before) * chunkRows[product];
    Matrix w = matrix(product);
    int end = Math.min(w.rows(), first + chunkRows[product]);
    Activations x = input;
    if (x == null) {
      throw new IllegalStateException("a chunk outside of a run");
    }
    w.multiply(first, end, x, outputs[product], offsets[product], strides[product]);
  }

  private Matrix matrix(int product) {
    Matrix matrix = matrices[product];
    if (matrix == null) {
      throw new IllegalStateException("no product " + product);
    }
    return matrix;
  }
}
