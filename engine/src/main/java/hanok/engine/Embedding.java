package hanok.engine;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A text as one vector: what the model makes of it before it chooses a token. */
public final class Embedding {

  /** Which tokens of a text make its vector. The numbers are those of {@code *.pooling_type}. */
  public enum Pooling {
    /** All of them. */
    MEAN,
    /** The last: it has seen the others. */
    LAST
  }

  private Embedding() {}

  /** What the model's file asks for; the last token, if it does not say. */
  public static Pooling pooling(Model model) {
    String key = model.config().architecture().label() + ".pooling_type";
    return model.file().metadata().integer(key, 3) == 1 ? Pooling.MEAN : Pooling.LAST;
  }

  /**
   * The vector of a text.
   *
   * @param ids at least one
   * @param cancelled is asked often, by any of the model's threads
   * @return {@code [dim]}, of length one; null if cancelled
   * @throws IllegalArgumentException if the ids do not fit the model's context or vocabulary
   */
  public static float @Nullable [] of(
      Model model, int[] ids, Pooling pooling, BooleanSupplier cancelled) {
    double[] sum = new double[model.config().dim()];
    try (Session session = model.newSession(Math.min(ids.length, model.config().context()))) {
      session.check(ids);
      for (int from = 0; from < ids.length; from += Forward.BATCH) {
        int count = Math.min(Forward.BATCH, ids.length - from);
        boolean last = from + count == ids.length;
        int wanted = pooling == Pooling.MEAN ? count : last ? 1 : 0;
        session.stageHidden(ids, from, count, wanted, sum);
        if (!session.compute(cancelled)) {
          return null;
        }
      }
    }
    return normalized(sum);
  }

  private static float[] normalized(double[] sum) {
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    float[] vector = new float[sum.length];
    for (int i = 0; i < sum.length && squares > 0; i++) {
      vector[i] = (float) (sum[i] / Math.sqrt(squares));
    }
    return vector;
  }
}
