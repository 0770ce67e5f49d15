package hanok.cli;

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
  @Mixin PartnerOptions options = new PartnerOptions();

  @Parameters(index = "0", paramLabel = "MODEL")
  String name;

  @Option(names = "--system", paramLabel = "TEXT")
  @Nullable String system;

  @Override
  public Integer call() {
    return Repl.talk(hanok, options, name, system);
  }
}
