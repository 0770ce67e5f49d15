package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

/**
 * AdamW.
 *
 * @param learningRate at its peak; 3e-4 by default (torchtitan's for 8B; small models bear more)
 * @param clip what the norm of all gradients is held below; 1 by default, 0 for no limit
 */
public record OptimizerSettings(
    Double learningRate, Double beta1, Double beta2, Double eps, Double weightDecay, Double clip) {
  /** As language models are pre-trained. */
  public static final OptimizerSettings PRETRAIN =
      new OptimizerSettings(3e-4, 0.9, 0.95, 1e-8, 0.1, 1.0);

  /** As they are fine-tuned (TRL): a lower rate, no decay. */
  public static final OptimizerSettings SFT =
      new OptimizerSettings(2e-5, 0.9, 0.95, 1e-8, 0.0, 1.0);

  public OptimizerSettings {
    // Of what a file leaves out only these depend on the task; see over().
    beta1 = requireNonNullElse(beta1, 0.9);
    beta2 = requireNonNullElse(beta2, 0.95);
    eps = requireNonNullElse(eps, 1e-8);
    clip = requireNonNullElse(clip, 1.0);
    Check.share("optimizer.beta1", beta1);
    Check.share("optimizer.beta2", beta2);
    Check.positive("optimizer.eps", eps);
    Check.that(clip >= 0, "optimizer.clip is %s, and must be at least 0", clip);
    if (learningRate != null) {
      Check.positive("optimizer.learning_rate", learningRate);
    }
    if (weightDecay != null) {
      Check.share("optimizer.weight_decay", weightDecay);
    }
  }

  /** These settings, with the rate and the decay of a task where they say none. */
  OptimizerSettings over(OptimizerSettings task) {
    return new OptimizerSettings(
        requireNonNullElse(learningRate, task.learningRate),
        beta1,
        beta2,
        eps,
        requireNonNullElse(weightDecay, task.weightDecay),
        clip);
  }
}
