package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import java.nio.file.Files;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Who is to answer, and how: the options that {@code run} and {@code chat} share. */
final class PartnerOptions {
  /** Options that only make sense for a model that runs here. */
  private static final List<String> LOCAL =
      List.of(
          "--threads",
          "--cache-type",
          "--no-onednn",
          "--batch-invariant",
          "--no-lookup",
          "--logit-bias");

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin SamplingOptions sampling = new SamplingOptions();
  @Mixin ServerOption server = new ServerOption();

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec = CommandSpec.create(); // picocli sets the real one

  /**
   * Loads a model; or finds it on a server, if {@code --host} names one, or if the environment does
   * and the argument is no file.
   */
  Partner open(String argument, Hanok hanok) {
    if (!isRemote(argument, hanok)) {
      return LocalPartner.load(hanok, ChosenModel.of(argument, hanok), model, !sampling.noLookup);
    }
    for (String name : LOCAL) {
      if (spec.commandLine().getParseResult().hasMatchedOption(name)) {
        throw new Failure(ExitCode.USAGE, "remote.option", name);
      }
    }
    return RemotePartner.open(hanok, server, argument, model.context);
  }

  /** Whether a server is to be asked for what is called this. */
  boolean isRemote(String argument, Hanok hanok) {
    boolean file =
        ChosenModel.isPath(argument)
            || ChosenModel.path(argument).filter(Files::exists).isPresent();
    return !server.address.isEmpty() || !file && server.named(hanok.io().environment());
  }

  /** How answers are made: as the user says, or else as the model's maker does. */
  AnswerOptions answers(Partner partner) {
    return sampling.over(partner.own());
  }
}
