package hanok.cli;

import com.sun.management.OperatingSystemMXBean;
import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.console.Sizes;
import hanok.serve.client.RemoteException;
import hanok.serve.client.RemoteServer;
import hanok.store.ModelStore;
import hanok.store.StorePaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ArrayNode;

/** {@code doctor}: looks whether everything is well, and says what is not. */
@Command(name = "doctor")
final class Doctor implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin ServerOption option = new ServerOption();

  private final ArrayNode found = Json.object().putArray("found");
  private boolean well = true;

  @Override
  public Integer call() {
    tell(true, "doctor.java", Runtime.version());
    tell(true, "doctor.cpu", Runtime.getRuntime().availableProcessors());
    memory();
    store();
    server();
    if (hanok.json()) {
      hanok.io().out().println(Json.object().put("well", well).set("found", found));
    } else {
      hanok.io().out().println(hanok.messages().text(well ? "doctor.allWell" : "doctor.notWell"));
    }
    return well ? ExitCode.OK : ExitCode.FAILURE;
  }

  private void memory() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      tell(
          true,
          "doctor.memory",
          Sizes.text(system.getTotalMemorySize()),
          Sizes.text(system.getFreeMemorySize()));
    }
  }

  private void store() {
    StorePaths paths = StorePaths.of(hanok.io().environment());
    Path root = paths.models();
    try {
      ModelStore store = ModelStore.open(paths);
      Path probe = Files.createTempFile(root, "doctor", null);
      Files.delete(probe);
      long free = Files.getFileStore(root).getUsableSpace();
      tell(true, "doctor.store", root, store.list().size(), Sizes.text(free));
    } catch (IOException | UncheckedIOException e) {
      tell(false, "doctor.storeReadOnly", root);
    }
    paths.readOnly().forEach(other -> tell(true, "doctor.ollama", other));
  }

  /** That no server runs is no illness. */
  private void server() {
    try (RemoteServer server = option.server(hanok)) {
      try {
        String version = server.get("/api/version").path("version").asString("?");
        tell(true, "doctor.server", server.base(), version);
      } catch (RemoteException e) {
        tell(true, "doctor.noServer", server.base());
      }
    }
  }

  private void tell(boolean good, String key, Object... values) {
    well &= good;
    String sentence = hanok.messages().text(key, values);
    found.addObject().put("well", good).put("what", sentence);
    if (!hanok.json()) {
      hanok.io().out().println((good ? "✓ " : "✗ ") + sentence);
    }
  }
}
