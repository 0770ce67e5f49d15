package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A run that learns to answer.
 *
 * @param out the folder of the run
 * @param base a Hugging Face folder, EXAONE or Llama, such as one that pre-training has exported
 * @param tokenizer a file or folder; that of {@code base} by default
 * @param epochs how often conversations are read; 3 by default; not with {@code steps}
 * @param steps of the optimiser
 * @param seed 42 by default
 */
public record SftConfig(
    Path out,
    Path base,
    Path tokenizer,
    ChatData data,
    BatchSettings batch,
    @Nullable Double epochs,
    @Nullable Long steps,
    OptimizerSettings optimizer,
    ScheduleSettings schedule,
    ComputeSettings compute,
    CheckpointSettings checkpoint,
    EvalSettings eval,
    GuardSettings guard,
    StopSettings stop,
    @Nullable LoraSettings lora,
    Long seed)
    implements RunConfig {
  private static final double EPOCHS = 3;

  public SftConfig {
    out = Check.present("out", out);
    base = Check.present("base", base);
    data = Check.present("data", data);
    tokenizer = requireNonNullElse(tokenizer, base);
    Check.that(steps == null || epochs == null, "say either steps or epochs");
    if (steps != null) {
      Check.atLeast("steps", steps, 1);
    }
    if (epochs != null) {
      Check.positive("epochs", epochs);
    }
    batch = requireNonNullElse(batch, BatchSettings.DEFAULT);
    optimizer = requireNonNullElse(optimizer, OptimizerSettings.SFT).over(OptimizerSettings.SFT);
    schedule = requireNonNullElse(schedule, ScheduleSettings.DEFAULT);
    compute = requireNonNullElse(compute, ComputeSettings.DEFAULT);
    checkpoint = requireNonNullElse(checkpoint, CheckpointSettings.DEFAULT);
    eval = requireNonNullElse(eval, EvalSettings.DEFAULT);
    guard = requireNonNullElse(guard, GuardSettings.DEFAULT);
    stop = requireNonNullElse(stop, StopSettings.DEFAULT);
    seed = requireNonNullElse(seed, 42L);
  }

  /** Steps of the optimiser, also where the file says epochs. */
  public long allSteps(long rowsPerEpoch) {
    if (steps != null) {
      return steps;
    }
    double rows = requireNonNullElse(epochs, EPOCHS) * rowsPerEpoch;
    return Math.max(1, (long) Math.ceil(rows / batch.rows()));
  }
}
