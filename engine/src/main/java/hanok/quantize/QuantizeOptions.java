package hanok.quantize;

import hanok.gguf.GgmlType;
import org.jspecify.annotations.Nullable;

/**
 * How a file is quantised.
 *
 * @param type of the file, whose mix says what each matrix becomes
 * @param pure whether all matrices get the base type instead of a mix
 * @param requantize whether a matrix that is quantised already may lose more
 * @param output of the output matrix, in place of the mix's
 * @param embedding of the token embedding, in place of the mix's
 * @param importance which columns matter
 * @param threads that compute
 */
public record QuantizeOptions(
    FileType type,
    boolean pure,
    boolean requantize,
    @Nullable GgmlType output,
    @Nullable GgmlType embedding,
    @Nullable ImportanceMatrix importance,
    int threads) {

  public QuantizeOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("%d threads: at least 1".formatted(threads));
    }
  }

  /** The mix of a type, from weights that are not quantised, on one thread. */
  public static QuantizeOptions of(FileType type) {
    return new QuantizeOptions(type, false, false, null, null, null, 1);
  }

  public QuantizeOptions withPure() {
    return new QuantizeOptions(type, true, requantize, output, embedding, importance, threads);
  }

  public QuantizeOptions withRequantize() {
    return new QuantizeOptions(type, pure, true, output, embedding, importance, threads);
  }

  public QuantizeOptions withImportance(ImportanceMatrix matrix) {
    return new QuantizeOptions(type, pure, requantize, output, embedding, matrix, threads);
  }

  public QuantizeOptions withThreads(int count) {
    return new QuantizeOptions(type, pure, requantize, output, embedding, importance, count);
  }
}
