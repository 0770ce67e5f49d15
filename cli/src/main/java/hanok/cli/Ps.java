package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Sizes;
import hanok.serve.client.RemoteServer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.JsonNode;

/** {@code ps}: the models that a server has in memory. */
@Command(name = "ps")
final class Ps implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin ServerOption option = new ServerOption();

  @Override
  public Integer call() {
    try (RemoteServer server = option.server(hanok)) {
      JsonNode models = server.get("/api/ps").path("models");
      if (hanok.json()) {
        models.forEach(model -> hanok.io().out().println(model));
        return ExitCode.OK;
      }
      String row = "%-32s %-14s %10s %9s  %s%n";
      hanok.io().out().printf(row, (Object[]) hanok.messages().text("ps.columns").split("\\|"));
      for (JsonNode model : models) {
        String digest = model.path("digest").asString("");
        hanok
            .io()
            .out()
            .printf(
                row,
                model.path("name").asString(""),
                digest.substring(0, Math.min(12, digest.length())),
                Sizes.text(model.path("size").asLong(0)),
                model.path("context_length").asString("-"),
                left(model.path("expires_at").asString("")));
      }
    }
    return ExitCode.OK;
  }

  private String left(String expires) {
    if (expires.isEmpty()) {
      return "-";
    }
    Duration left = Duration.between(Instant.now(), OffsetDateTime.parse(expires).toInstant());
    if (left.toDays() > 365) {
      return hanok.messages().text("ps.forever");
    }
    return left.toMinutes() > 0
        ? hanok.messages().text("ps.minutes", left.toMinutes())
        : hanok.messages().text("ps.seconds", Math.max(0, left.toSeconds()));
  }
}
