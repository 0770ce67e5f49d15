package hanok.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that have connected and want nothing, very many: nobody else shall notice. */
class IdleConnectionsTest {
  private static final int CONNECTIONS = 10_000;

  @TempDir Path home;

  /** The clients, in a process of their own: a process has only so many file handles. */
  static final class Clients {
    private Clients() {}

    /** Connects so often to a port; every second client asks something first, and stays. */
    public static void main(String[] arguments) throws IOException {
      int port = Integer.parseInt(arguments[0]);
      List<SocketChannel> open = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        InetAddress here = InetAddress.getLoopbackAddress();
        SocketChannel client = SocketChannel.open(new InetSocketAddress(here, port));
        open.add(client);
        if (i % 2 == 0) {
          byte[] request = "GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8);
          client.write(ByteBuffer.wrap(request));
          client.read(ByteBuffer.allocate(512));
        }
      }
      System.out.write('+');
      System.out.flush();
      System.in.transferTo(OutputStream.nullOutputStream()); // until the test ends
      for (SocketChannel client : open) {
        client.close();
      }
    }
  }

  @Test
  @Timeout(120)
  void tenThousandIdleConnectionsCostLittleAndHoldNobodyUp() throws Exception {
    long handles = Usage.handlesMost();
    assumeTrue(handles > CONNECTIONS + 500, () -> "a process may have %d files".formatted(handles));
    Duration limit = Duration.ofMinutes(5);
    ServerConfig config = TestServer.config().withLimits(limit, limit, limit, Duration.ZERO);
    try (TestServer server = TestServer.start(home, config)) {
      chat(server);
      long before = Usage.heapBytes();
      Process clients = child("exec \"$@\"", Clients.class, Integer.toString(server.port()));
      try (InputStream said = clients.getInputStream()) {
        assertThat(said.read()).isEqualTo('+');
        long perConnection = (Usage.heapBytes() - before) / CONNECTIONS;
        long slowest = 0;
        for (int i = 0; i < 200; i++) {
          slowest = Math.max(slowest, look(server.port()));
        }
        System.getLogger("hanok.serve")
            .log(
                System.Logger.Level.INFO,
                "%,d idle connections: %,d bytes of heap each; slowest of 200 answers %.1f ms"
                    .formatted(CONNECTIONS, perConnection, slowest / 1e6));
        assertThat(perConnection).isLessThan(32 << 10);
        assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(1));
        chat(server);
      } finally {
        clients.destroyForcibly().waitFor();
      }
    }
  }

  /** A server that prints its port, in a process of its own that may have few files. */
  static final class FewFiles {
    private FewFiles() {}

    public static void main(String[] arguments) throws IOException {
      try (TestServer server = TestServer.start(Path.of(arguments[0]))) {
        System.out.println(server.port());
        System.in.transferTo(OutputStream.nullOutputStream()); // until the test ends
      }
    }
  }

  @Test
  @Timeout(120)
  void moreClientsThanFilesOnlyWait() throws Exception {
    Process process = child("ulimit -n 600; exec \"$@\"", FewFiles.class, home.toString());
    List<RawClient> clients = new ArrayList<>();
    try (BufferedReader said = process.inputReader()) {
      int port = Integer.parseInt(said.readLine());
      for (int i = 0; i < 700; i++) {
        clients.add(new RawClient(port));
      }
      for (RawClient client : clients) {
        client.close();
      }
      assertThat(Duration.ofNanos(look(port))).isLessThan(Duration.ofSeconds(30));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Process child(String shell, Class<?> main, String argument) throws IOException {
    return new ProcessBuilder(
            "sh",
            "-c",
            shell,
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            argument)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** One more client, which asks something; how long that took. */
  private static long look(int port) throws IOException {
    long start = System.nanoTime();
    try (RawClient client = new RawClient(port)) {
      client.send("GET /api/version HTTP/1.1\nHost: localhost\n\n");
      assertThat(client.readUntil("}", Duration.ofSeconds(30))).startsWith("HTTP/1.1 200 ");
    }
    return System.nanoTime() - start;
  }

  private static void chat(TestServer server) {
    server.postJson(
        "/api/generate",
        "{'model':'%s','prompt':'안녕','stream':false,'options':{'num_predict':5}}"
            .formatted(TestServer.MODEL));
  }
}
