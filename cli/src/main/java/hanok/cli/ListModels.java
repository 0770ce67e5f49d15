package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.console.Sizes;
import hanok.store.ModelDetails;
import hanok.store.StoredModel;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code list}: the models of this user, and those of Ollama's store. */
@Command(name = "list", aliases = "ls")
final class ListModels implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

  @ParentCommand Hanok hanok;

  @Override
  public Integer call() {
    List<StoredModel> models = hanok.store().list();
    if (hanok.json()) {
      ObjectNode root = Json.object();
      ArrayNode array = root.putArray("models");
      models.forEach(model -> write(model, array.addObject()));
      hanok.io().out().println(root);
      return ExitCode.OK;
    }
    int width = models.stream().mapToInt(model -> model.name().shortest().length()).max().orElse(4);
    String format = "%-" + (Math.max(width, 4) + 4) + "s%-16s%-12s%s%n";
    hanok.io().out().printf(format, "NAME", "ID", "SIZE", "MODIFIED");
    for (StoredModel model : models) {
      hanok
          .io()
          .out()
          .printf(
              format,
              model.name().shortest(),
              model.digest().abbreviated(),
              Sizes.text(model.bytes()),
              TIME.format(model.modifiedAt()));
    }
    return ExitCode.OK;
  }

  private static void write(StoredModel model, ObjectNode node) {
    node.put("name", model.name().shortest()).put("digest", model.digest().hex());
    node.put("size", model.bytes()).put("modified_at", model.modifiedAt().toString());
    node.put("read_only", model.isReadOnly());
    write(model.details(), node.putObject("details"));
  }

  static void write(ModelDetails details, ObjectNode node) {
    node.put("format", details.format()).put("family", details.family());
    details.families().forEach(node.putArray("families")::add);
    node.put("parameter_size", details.parameterSize());
    node.put("quantization_level", details.quantizationLevel());
  }
}
