package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pulls from registries that lie. */
class HostileRegistryTest extends PullLab {

  @Test
  void whatIsNotOfItsDigestIsThrownAway() throws IOException {
    byte[] wrong = weights.bytes().clone();
    wrong[WEIGHTS_BYTES / 2] ^= 1;
    registry.serve("/v2/lab/tiny/blobs/" + weights.digest(), wrong);
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("digest mismatch")
        .hasMessageContaining(weights.digest());
    assertThat(store.list()).isEmpty();
    assertThat(leftovers()).isEmpty();
    registry.serve("/v2/lab/tiny/blobs/" + weights.digest(), weights.bytes());
    events.clear();
    assertWhole(pull("tiny"));
  }

  @Test
  void neitherMoreNorLessThanPromisedIsTaken() {
    String path = "/v2/lab/tiny/manifests/latest";
    String manifest = new String(registry.body(path), UTF_8);
    String size = "\"size\":" + WEIGHTS_BYTES;
    registry.serve(path, manifest.replace(size, "\"size\":" + (WEIGHTS_BYTES - 1)));
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(IntegrityException.class);
    registry.serve(path, manifest.replace(size, "\"size\":" + (WEIGHTS_BYTES - PART_BYTES / 2)));
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(IntegrityException.class);
    registry.serve(path, manifest.replace(size, "\"size\":" + (WEIGHTS_BYTES + 1)));
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(RuntimeException.class);
    registry.serve(path, manifest.replace(size, "\"size\":1099511627776000"));
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("bytes more are needed");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void aFloodInPlaceOfAPartIsCutOff() {
    registry.mischief =
        (exchange, path) -> {
          if (!isWeights(path)) {
            return false;
          }
          String range = FakeRegistry.header(exchange, "Range").replace('=', ' ');
          exchange.getResponseHeaders().set("Content-Range", range + "/*");
          flood(exchange, 206, 100 << 20);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("sends more than it was asked for");
    assertThat(registry.sent.get()).isLessThan(400 << 20);
  }

  private void flood(HttpExchange exchange, int status, int bytes) throws IOException {
    exchange.sendResponseHeaders(status, 0); // chunked, without a length
    byte[] zeros = new byte[1 << 16];
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = 0; i < bytes; i += zeros.length) {
        out.write(zeros);
        registry.sent.addAndGet(zeros.length);
      }
    }
  }

  @Test
  void anotherRangeThanAskedForIsRefused() {
    registry.mischief =
        (exchange, path) -> {
          if (!isWeights(path)) {
            return false;
          }
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-65535/700000");
          registry.send(exchange, 206, new byte[PART_BYTES]);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("was asked for bytes");
  }

  @Test
  void aManifestOfTwoHundredMegabytesIsNotRead() {
    registry.mischief =
        (exchange, path) -> {
          flood(exchange, 200, 200 << 20);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("too large");
    assertThat(registry.sent.get()).isLessThan(50 << 20);
  }

  @Test
  void aManifestThatTricklesForEverIsGivenUp() {
    registry.mischief =
        (exchange, path) -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            Thread.sleep(10);
          }
          return true;
        };
    Instant start = Instant.now();
    assertThatThrownBy(() -> pull("tiny")).isInstanceOf(UncheckedIOException.class);
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aBodyThatIsCompressedIsRefusedUnread() {
    registry.mischief =
        (exchange, path) -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          registry.send(exchange, 200, registry.body(path));
          return true;
        };
    assertThatThrownBy(() -> pull("tiny"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("gzip");
  }

  @Test
  void manifestsThatLieAreRefused() {
    String path = "/v2/lab/tiny/manifests/latest";
    String manifest = new String(registry.body(path), UTF_8);
    for (String evil :
        List.of(
            manifest.replace(weights.digest(), "sha256:../../../../../../etc/passwd"),
            manifest.replace(weights.digest(), "sha256:" + "/".repeat(64)),
            manifest.replaceFirst("\"layers\":.*", "\"layers\":[]}"),
            manifest.replace("\"size\":" + WEIGHTS_BYTES, "\"size\":0"),
            manifest.replace(
                "system\",\"digest\":\"" + system.digest() + "\",\"size\":6",
                "system\",\"digest\":\"" + system.digest() + "\",\"size\":5368709120"),
            "<html>",
            "")) {
      registry.serve(path, evil);
      assertThatThrownBy(() -> pull("tiny")).as(evil).isInstanceOf(IntegrityException.class);
    }
    assertThat(store.list()).isEmpty();
    assertThat(registry.blobRequests()).isEmpty();
  }

  @Test
  void credentialsGoToNoOtherOrigin() throws IOException {
    try (FakeRegistry cdn = new FakeRegistry()) {
      String blob = "/v2/lab/tiny/blobs/" + weights.digest();
      cdn.serve("/cdn/weights?signature=1", weights.bytes());
      registry.mischief =
          (exchange, path) -> {
            if (path.startsWith("/token")) {
              registry.send(exchange, 200, "{\"token\":\"secret\"}".getBytes(UTF_8));
            } else if (FakeRegistry.header(exchange, "Authorization").isEmpty()) {
              String challenge =
                  "Bearer realm=\"%s/token\",service=\"s\",scope=\"repository:a b:pull\""
                      .formatted(registry.url());
              exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
              registry.send(exchange, 401, new byte[0]);
            } else if (path.equals(blob)) {
              exchange.getResponseHeaders().set("Location", cdn.url() + "/cdn/weights?signature=1");
              registry.send(exchange, 307, new byte[0]);
            } else {
              return false;
            }
            return true;
          };
      assertWhole(pull("tiny"));
      assertThat(registry.seen)
          .anyMatch(r -> r.path().equals("/token?service=s&scope=repository%3Aa+b%3Apull"));
      assertThat(registry.seen).anyMatch(r -> r.authorization().equals("Bearer secret"));
      assertThat(cdn.seen).hasSize(11).allMatch(r -> r.authorization().isEmpty());
    }
  }

  @Test
  void aTokenIsFetchedFromTheRegistryItselfOnly() throws IOException {
    try (FakeRegistry foreign = new FakeRegistry()) {
      String elsewhere = foreign.url().replace("127.0.0.1", "localhost");
      for (String realm :
          List.of(elsewhere + "/token", "file:///etc/passwd", "//x", "http://[", "", "ftp://a/b")) {
        registry.mischief =
            (exchange, path) -> {
              exchange
                  .getResponseHeaders()
                  .set("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\"");
              registry.send(exchange, 401, new byte[0]);
              return true;
            };
        assertThatThrownBy(() -> pull("tiny")).as(realm).isInstanceOf(RegistryException.class);
      }
      assertThat(foreign.seen).isEmpty();
    }
  }

  @Test
  void redirectsThatLeadNowhereGoodAreRefused() {
    for (String location :
        List.of("file:///etc/passwd", "ftp://x/y", "", "http:///x", "://", "javascript:alert(1)")) {
      registry.mischief =
          (exchange, path) -> {
            exchange.getResponseHeaders().set("Location", location);
            registry.send(exchange, 302, new byte[0]);
            return true;
          };
      assertThatThrownBy(() -> pull("tiny"))
          .as(location)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("redirects");
    }
    registry.mischief =
        (exchange, path) -> {
          exchange.getResponseHeaders().set("Location", path);
          registry.send(exchange, 302, new byte[0]);
          return true;
        };
    assertThatThrownBy(() -> pull("tiny")).hasMessageContaining("redirects more than 6 times");
  }

  @Test
  void stateThatIsNotTrueIsNotBelieved() throws IOException {
    Path partial = Files.createDirectories(folder.resolve("models/partial"));
    String file = weights.digest().replace(':', '-');
    StringBuilder state =
        new StringBuilder("hanok partial 1\n" + WEIGHTS_BYTES + "\n" + PART_BYTES + "\n");
    for (int part = 0; part < 10; part++) {
      state.append(PART_BYTES).append('\n');
    }
    state.append("123\n");
    for (String evil :
        List.of(
            state.toString(), // of bytes that are not there
            state.toString().replace("123\n", "-5\n"),
            state.toString().replace("123\n", "124\n"),
            state.toString().replace("\n" + PART_BYTES, "\n0"),
            "hanok partial 1\n" + WEIGHTS_BYTES + "\n1\n",
            "hanok partial 1\nx\n",
            "\u0000".repeat(1000))) {
      Files.write(partial.resolve(file), new byte[1000]);
      Files.writeString(partial.resolve(file + ".state"), evil);
      events.clear();
      assertWhole(pull("tiny"));
      store.delete(registry.name("tiny"));
    }
  }
}
