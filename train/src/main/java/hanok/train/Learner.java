package hanok.train;

import hanok.model.ModelConfig;
import java.nio.file.Path;

/**
 * A model that learns, with its optimiser: the seam between the trainer and what computes. Losses
 * are natural logarithms (nats). Not for several threads at once.
 */
public interface Learner extends Learned, AutoCloseable {

  /**
   * What a learner knew at one moment, in memory of its own: while the learner goes on, another
   * thread may write it.
   */
  interface Snapshot extends Learned, AutoCloseable {
    @Override
    void close();
  }

  /** The shape of the model. */
  ModelConfig config();

  /** How many numbers are trained. */
  long trainedParameters();

  /** Forward and no more: the loss of each target, {@code [rows * length]}, weights left aside. */
  float[] nats(Batch batch);

  /** The likeliest id after some others; of equal ones the lowest. Computes all of them anew. */
  int next(int[] ids);

  /**
   * Forward and backward: adds the gradients of {@code scale} times the sum of {@code weights *
   * nats}.
   *
   * @param scale one by the weight of all batches of the step
   * @return the sum of {@code weights * nats}, without {@code scale}
   */
  double accumulate(Batch batch, double scale);

  /** The Euclidean norm of all gradients that were accumulated. */
  double gradientNorm();

  /**
   * One step of the optimiser, after which gradients are zero.
   *
   * @param learningRate of this step
   * @param gradientScale what gradients are multiplied with first, for clipping
   */
  void step(double learningRate, double gradientScale);

  /** Forgets the gradients, so that a bad batch leaves no trace. */
  void dropGradients();

  /** What has been learned by now, copied. */
  Snapshot snapshot();

  /** Takes weights and state from a folder that both were written to. */
  void restore(Path folder);

  @Override
  void close();
}
