package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A run that learns to continue text.
 *
 * @param out the folder of the run
 * @param tokenizer a file or folder; that of {@code base} by default
 * @param base a Hugging Face folder, EXAONE or Llama, whose weights are learned on; none by default
 * @param model the shape of a model that begins at random; not with {@code base}
 * @param steps of the optimiser; either this or {@code tokens}
 * @param tokens to learn from, rounded up to whole steps
 * @param seed 42 by default
 */
public record PretrainConfig(
    Path out,
    @Nullable Path tokenizer,
    @Nullable Path base,
    ModelShape model,
    PretrainData data,
    BatchSettings batch,
    @Nullable Long steps,
    @Nullable Long tokens,
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

  public PretrainConfig {
    out = Check.present("out", out);
    data = Check.present("data", data);
    Check.that(tokenizer != null || base != null, "tokenizer is missing, and there is no base");
    Check.that(base == null || model == null, "base and model exclude each other");
    Check.that(base != null || lora == null, "lora needs a base");
    Check.that((steps == null) != (tokens == null), "say either steps or tokens");
    if (steps != null) {
      Check.atLeast("steps", steps, 1);
    }
    if (tokens != null) {
      Check.atLeast("tokens", tokens, 1);
    }
    model = requireNonNullElse(model, ModelShape.DEFAULT);
    batch = requireNonNullElse(batch, BatchSettings.DEFAULT);
    optimizer =
        requireNonNullElse(optimizer, OptimizerSettings.PRETRAIN).over(OptimizerSettings.PRETRAIN);
    schedule = requireNonNullElse(schedule, ScheduleSettings.DEFAULT);
    compute = requireNonNullElse(compute, ComputeSettings.DEFAULT);
    checkpoint = requireNonNullElse(checkpoint, CheckpointSettings.DEFAULT);
    eval = requireNonNullElse(eval, EvalSettings.DEFAULT);
    guard = requireNonNullElse(guard, GuardSettings.DEFAULT);
    stop = requireNonNullElse(stop, StopSettings.DEFAULT);
    seed = requireNonNullElse(seed, 42L);
  }

  /** Steps of the optimiser, also where the file says tokens. */
  public long allSteps() {
    return steps != null
        ? steps
        : Math.ceilDiv(Check.present("tokens", tokens), (long) batch.tokens());
  }
}
