package hanok.engine;

/**
 * Is shown what the matrices of a model's layers are multiplied by, in the thread that computes.
 */
@FunctionalInterface
public interface ActivationObserver {

  /**
   * Called before a matrix is multiplied by the vectors of a batch.
   *
   * @param matrix its name in the file: {@code blk.0.attn_q.weight}
   * @param vectors {@code [tokens][columns]}; not to be kept, nor changed
   */
  void see(String matrix, float[] vectors, int tokens, int columns);
}
