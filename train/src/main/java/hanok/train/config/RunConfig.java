package hanok.train.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What all runs are told. */
public sealed interface RunConfig permits PretrainConfig, SftConfig {

  /** The folder of the run: checkpoints, metrics, report. */
  Path out();

  /** Of weights that begin at random, and of the order of data. */
  Long seed();

  BatchSettings batch();

  OptimizerSettings optimizer();

  ScheduleSettings schedule();

  ComputeSettings compute();

  CheckpointSettings checkpoint();

  EvalSettings eval();

  GuardSettings guard();

  StopSettings stop();

  /** Adapters that learn in place of the weights, or null. */
  @Nullable LoraSettings lora();
}
