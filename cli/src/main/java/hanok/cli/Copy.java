package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.store.ModelName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code cp SOURCE NAME}: another name for a model; it takes no space. */
@Command(name = "cp")
final class Copy implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "SOURCE")
  String source;

  @Parameters(index = "1", paramLabel = "NAME")
  String name;

  @Override
  public Integer call() {
    ModelName from = ModelName.parse(source);
    ModelName to = ModelName.parse(name);
    hanok.store().copy(from, to);
    if (hanok.json()) {
      hanok
          .io()
          .out()
          .println(Json.object().put("source", from.shortest()).put("name", to.shortest()));
    } else {
      hanok.remark("cp.done", from.shortest(), to.shortest());
    }
    return ExitCode.OK;
  }
}
