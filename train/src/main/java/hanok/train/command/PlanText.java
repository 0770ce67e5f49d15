package hanok.train.command;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.console.Program;
import hanok.console.Sizes;
import hanok.train.config.Plan;
import hanok.train.config.RunConfig;
import java.util.Locale;

/** What {@code --dry-run} says. */
final class PlanText {
  private PlanText() {}

  /**
   * @param speed tokens a second that somebody expects; 0 if nobody does
   */
  static int print(Program program, Plan plan, RunConfig config, double speed) {
    if (program.json()) {
      program.io().out().println(json(plan, speed));
      return ExitCode.OK;
    }
    line(program, "plan.parameters", millions(plan.parameters()), millions(plan.trained()));
    line(program, "plan.flops", gigas(plan.flopsPerToken()), "%.2e".formatted(plan.flops()));
    line(
        program,
        "plan.memory",
        Sizes.text(plan.memoryBytes()),
        Sizes.text(plan.weightBytes()),
        Sizes.text(plan.gradientBytes()),
        Sizes.text(plan.momentBytes()),
        Sizes.text(plan.activationBytes()));
    line(program, "plan.steps", plan.steps(), plan.tokensPerStep(), millions(plan.tokens()));
    if (speed > 0) {
      double hours = plan.seconds(speed) / 3600;
      line(program, "plan.time", "%.0f".formatted(speed), "%.1f".formatted(hours));
    }
    line(program, "plan.out", config.out());
    return ExitCode.OK;
  }

  private static void line(Program program, String key, Object... values) {
    program.io().out().println(program.messages().text(key, values));
  }

  private static String millions(long number) {
    return String.format(Locale.ROOT, "%.1f M", number / 1e6);
  }

  private static String gigas(double number) {
    return String.format(Locale.ROOT, "%.2f G", number / 1e9);
  }

  private static String json(Plan plan, double speed) {
    var json =
        Json.object()
            .put("parameters", plan.parameters())
            .put("trained_parameters", plan.trained())
            .put("flops_per_token", plan.flopsPerToken())
            .put("flops", plan.flops())
            .put("memory_bytes", plan.memoryBytes())
            .put("weight_bytes", plan.weightBytes())
            .put("gradient_bytes", plan.gradientBytes())
            .put("moment_bytes", plan.momentBytes())
            .put("activation_bytes", plan.activationBytes())
            .put("steps", plan.steps())
            .put("tokens_per_step", plan.tokensPerStep())
            .put("tokens", plan.tokens());
    if (speed > 0) {
      json.put("seconds", plan.seconds(speed));
    }
    return json.toString();
  }
}
