package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Json;
import hanok.store.ModelName;
import hanok.store.ModelStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code rm NAME...}: removes models, and the files that no other needs. */
@Command(name = "rm")
final class Remove implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0..*", arity = "1..*", paramLabel = "NAME")
  List<String> names = List.of();

  @Override
  public Integer call() {
    List<ModelName> parsed = names.stream().map(ModelName::parse).toList();
    ModelStore store = hanok.store();
    for (ModelName name : parsed) {
      if (!store.delete(name)) {
        throw new Failure(ExitCode.NOT_FOUND, "model.none", name.shortest());
      }
      if (hanok.json()) {
        hanok.io().out().println(Json.object().put("deleted", name.shortest()));
      } else {
        hanok.remark("rm.done", name.shortest());
      }
    }
    return ExitCode.OK;
  }
}
