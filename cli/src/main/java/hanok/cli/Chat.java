package hanok.cli;

import hanok.engine.Model;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code chat MODEL}: a conversation in the terminal. */
@Command(name = "chat")
final class Chat implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin ModelOptions modelOptions = new ModelOptions();
  @Mixin SamplingOptions sampling = new SamplingOptions();

  @Parameters(index = "0", paramLabel = "MODEL")
  String name;

  @Option(names = "--system", paramLabel = "TEXT")
  @Nullable String system;

  @Override
  public Integer call() {
    ChosenModel chosen = ChosenModel.of(name, hanok);
    try (Model model = modelOptions.load(chosen.file(), hanok)) {
      return new Repl(hanok, model, chosen, modelOptions, sampling, system).run();
    }
  }
}
