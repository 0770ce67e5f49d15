package hanok.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.engine.LoadOptions;
import hanok.serve.runner.RunnerOptions;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ten thousand requests that are nearly right: each is answered or refused, none breaks anything.
 */
class RequestFuzzTest {
  private static final int REQUESTS = 10_000;
  private static final int THREADS = 4;

  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry(
              "/api/chat",
              """
              {"model":"M","stream":false,"messages":[{"role":"user","content":"가"}],"format":"",
               "options":{"num_predict":1,"temperature":0.5,"top_k":3,"seed":1,"stop":["x"],
               "num_ctx":64,"repeat_penalty":1.1},"logprobs":true,"top_logprobs":2,"truncate":true}
              """),
          Map.entry(
              "/api/generate",
              """
              {"model":"M","stream":false,"prompt":"가","system":"나","raw":false,"context":[5,6],
               "options":{"num_predict":1,"min_p":0.1,"typical_p":0.9}}
              """),
          Map.entry("/api/embed", "{\"model\":\"M\",\"input\":[\"가\",\"나\"],\"dimensions\":4}"),
          Map.entry("/api/show", "{\"model\":\"M\",\"verbose\":false}"),
          Map.entry("/api/copy", "{\"source\":\"M\",\"destination\":\"other\"}"),
          Map.entry(
              "/api/create",
              """
              {"model":"a/b","from":"none","files":{"a.gguf":"sha256:00"},"parameters":{"top_k":1},
               "messages":[{"role":"user","content":"x"}],"quantize":"Q8_0","stream":false}
              """),
          Map.entry(
              "/v1/chat/completions",
              """
              {"model":"M","max_tokens":1,"messages":[{"role":"user","content":
               [{"type":"text","text":"가"}]}],"n":1,"logit_bias":{"5":1},"logprobs":true,
               "top_logprobs":2,"stop":"x","seed":3,"stream_options":{"include_usage":true}}
              """),
          Map.entry(
              "/v1/completions",
              "{\"model\":\"M\",\"prompt\":[\"가\"],\"max_tokens\":1,\"echo\":true,\"logprobs\":1}"),
          Map.entry(
              "/v1/embeddings",
              "{\"model\":\"M\",\"input\":\"가\",\"encoding_format\":\"base64\",\"dimensions\":4}"),
          Map.entry(
              "/v1/responses",
              """
              {"model":"M","input":[{"role":"user","content":"가"}],"max_output_tokens":1,
               "instructions":"나","text":{"format":{"type":"text"}}}
              """),
          Map.entry("/tokenize", "{\"model\":\"M\",\"content\":\"가\",\"with_pieces\":true}"),
          Map.entry("/detokenize", "{\"model\":\"M\",\"tokens\":[5,6,7]}"),
          Map.entry(
              "/apply-template",
              "{\"model\":\"M\",\"messages\":[{\"role\":\"user\",\"content\":\"가\"}]}"));

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1",
          "2147483648",
          "-9223372036854775809",
          "1e308",
          "1e999",
          "0.5",
          "\"\"",
          "\"x\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"../../etc/passwd\"",
          "[]",
          "{}",
          "[[]]",
          "{\"a\":{}}",
          "[1,2,3]",
          "\"" + "가".repeat(5000) + "\"",
          "1.5",
          "\"json\"",
          "[null]",
          "{\"type\":\"object\"}");

  @TempDir static Path home;
  private static TestServer server;

  @BeforeAll
  static void start() {
    RunnerOptions runners =
        new RunnerOptions(
            LoadOptions.DEFAULT.withThreads(2),
            8,
            64,
            64,
            RunnerOptions.DEFAULT.kvType(),
            Duration.ofMinutes(5),
            1);
    server = TestServer.start(home, TestServer.config().withRunners(runners));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void nothingBreaksTheServer() throws Exception {
    List<String> paths = BODIES.keySet().stream().sorted().toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> parts = new ArrayList<>();
      for (int part = 0; part < THREADS; part++) {
        Random random = new Random(part);
        parts.add(
            threads.submit(() -> {
              for (int i = 0; i < REQUESTS / THREADS; i++) {
                String path = paths.get(random.nextInt(paths.size()));
                check(path, mutated(BODIES.getOrDefault(path, ""), random));
              }
            }));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    }
    assertThat(server.get("/api/version").statusCode()).isEqualTo(200);
    String metrics = server.get("/metrics").body();
    assertThat(metrics).contains("hanok:requests_deferred 0\n");
  }

  private static void check(String path, byte[] body) {
    HttpResponse<String> response =
        server.send(
            server.request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
    boolean answered = response.statusCode() == 200;
    boolean refused = response.statusCode() / 100 == 4;
    assertThat(answered || refused)
        .as(
            "%s %s -> %d %s",
            path,
            new String(body, 0, Math.min(1000, body.length), UTF_8),
            response.statusCode(),
            response.body())
        .isTrue();
    if (refused) {
      assertThat(JsonMapper.shared().readTree(response.body()).has("error")).isTrue();
    }
  }

  private static byte[] mutated(String body, Random random) {
    JsonNode tree =
        JsonMapper.shared().readTree(body.replace("\"M\"", "\"" + TestServer.MODEL + "\""));
    for (int i = random.nextInt(3); i >= 0; i--) {
      mutate(tree, random);
    }
    byte[] bytes = JsonMapper.shared().writeValueAsBytes(tree);
    return switch (random.nextInt(20)) {
      case 0 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        yield bytes;
      }
      case 2 -> ("[".repeat(10_000) + "]".repeat(10_000)).getBytes(UTF_8);
      default -> bytes;
    };
  }

  private static void mutate(JsonNode tree, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(tree, containers);
    JsonNode chosen = containers.get(random.nextInt(containers.size()));
    JsonNode value = JsonMapper.shared().readTree(VALUES.get(random.nextInt(VALUES.size())));
    if (chosen instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = List.copyOf(object.propertyNames());
      String name = names.get(random.nextInt(names.size()));
      if (random.nextInt(4) == 0) {
        object.remove(name);
      } else if (!name.equals("model") || random.nextInt(8) == 0) {
        object.set(name, value);
      }
    } else if (chosen instanceof ArrayNode array && !array.isEmpty()) {
      array.set(random.nextInt(array.size()), value);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainer()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }
}
