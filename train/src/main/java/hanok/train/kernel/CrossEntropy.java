package hanok.train.kernel;

import static hanok.train.kernel.Lanes.F;
import static hanok.train.kernel.Lanes.exp;
import static hanok.train.kernel.Lanes.index;
import static hanok.train.kernel.Lanes.loadHalf;
import static hanok.train.kernel.Lanes.scalar;
import static hanok.train.kernel.Lanes.scalarHalf;
import static hanok.train.kernel.Lanes.storeHalf;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.MAX;

import jdk.incubator.vector.FloatVector;

/** Cross-entropy of rows of logits. */
public final class CrossEntropy {
  private CrossEntropy() {}

  /**
   * Puts the gradient of the loss in the place of the logits: softmax, less one at the target,
   * times the row's share.
   *
   * @param logits in bfloat16, {@code [rows, vocab]}; out: their gradients
   * @param targets longs, {@code [rows]}
   * @param shares floats, {@code [rows]}
   * @param nats out: floats, the losses, {@code [rows]}
   */
  public static void gradient(
      long logits, long targets, long shares, long nats, int rows, int vocab) {
    float[] raised = new float[vocab + F.length()];
    for (long row = 0; row < rows; row++) {
      long at = logits + 2 * row * vocab;
      int target = Math.toIntExact(index(targets + 8 * row));
      float max = max(at, vocab);
      float chosen = scalarHalf(at + 2L * target) - max;
      float sum = raise(at, raised, vocab, max);
      scalar(nats + 4 * row, (float) (Math.log(sum) - chosen));
      raised[target] -= sum;
      scale(raised, at, vocab, scalar(shares + 4 * row) / sum);
    }
  }

  /** The last vector reaches back if it must; of fewer numbers than lanes, zero is one. */
  private static float max(long x, int n) {
    FloatVector max = loadHalf(x, n);
    for (int i = 0; i < n; i += F.length()) {
      FloatVector v = loadHalf(x + 2L * Math.clamp(n - F.length(), 0, i), n);
      max = max.blend(v, v.compare(GT, max));
    }
    return max.reduceLanes(MAX);
  }

  /** {@code raised = exp(x - max)}; returns the sum. */
  private static float raise(long x, float[] raised, int n, float max) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < n; i += F.length()) {
      FloatVector e = exp(loadHalf(x + 2L * i, n - i).sub(max));
      FloatVector some = n - i >= F.length() ? e : e.blend(0, F.indexInRange(0, n - i).not());
      some.intoArray(raised, i);
      sum = sum.add(some);
    }
    return Lanes.sum(sum);
  }

  private static void scale(float[] raised, long y, int n, float factor) {
    for (int i = 0; i < n; i += F.length()) {
      storeHalf(FloatVector.fromArray(F, raised, i).mul(factor), y + 2L * i, n - i);
    }
  }
}
