package hanok.serve.runner;

import hanok.engine.KvType;
import hanok.engine.LoadOptions;
import java.time.Duration;

/**
 * How models are run.
 *
 * @param load how they are loaded
 * @param sequences answers of one model that are made together
 * @param queue requests to one model that wait, at most
 * @param context tokens of a conversation at most; also bound by what the model was made for
 * @param kvType how keys and values are kept
 * @param keepAlive how long a model stays in memory after its last request, if that does not say;
 *     negative for ever
 * @param loaded models in memory at once, at most
 */
public record RunnerOptions(
    LoadOptions load,
    int sequences,
    int queue,
    int context,
    KvType kvType,
    Duration keepAlive,
    int loaded) {

  public static final RunnerOptions DEFAULT =
      new RunnerOptions(LoadOptions.DEFAULT, 8, 512, 32768, KvType.F16, Duration.ofMinutes(5), 3);

  public RunnerOptions {
    require("sequences", sequences, 1);
    require("queue", queue, 0);
    require("context", context, 1);
    require("loaded", loaded, 1);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be %d or more, got %d".formatted(name, least, value));
    }
  }
}
