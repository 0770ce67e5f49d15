package hanok.clients;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients in JavaScript; what each is asked for stands in {@code src/test/js}. */
class NodeClientsTest {
  @TempDir static Path home;
  private static HanokServer server;
  private static FakeRegistry registry;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    NodeClients.install();
    registry = new FakeRegistry(HanokServer.weights());
    server = HanokServer.start(home);
  }

  @AfterAll
  static void stop() {
    server.close();
    registry.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ollama.test.js", "openai.test.js", "langchain.test.js", "ai-sdk.test.js"})
  void passes(String file) throws IOException, InterruptedException {
    NodeClients.test(file, server, registry);
  }
}
