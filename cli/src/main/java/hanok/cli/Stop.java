package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.serve.client.RemoteServer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code stop NAME …}: takes models out of a server's memory. */
@Command(name = "stop")
final class Stop implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin ServerOption option = new ServerOption();

  @Parameters(arity = "1..*", paramLabel = "NAME")
  List<String> names = List.of();

  @Override
  public Integer call() {
    try (RemoteServer server = option.server(hanok)) {
      for (String name : names) {
        server.post("/api/generate", Json.object().put("model", name).put("keep_alive", 0));
      }
    }
    return ExitCode.OK;
  }
}
