package hanok.serve;

import static hanok.serve.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.store.Digest;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that want what they may not have: files, paths, memory, time. */
class HostileRequestTest {
  @TempDir static Path home;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(home);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** CVE-2024-37032: a digest that is a path. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256:..%2f..%2f..%2fetc%2fpasswd",
        "sha256-abc",
        "..%2f..%2fetc",
        "sha256:%00",
        "sha256:ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD",
        "sha256:00000000000000000000000000000000000000000000000000000000000000000"
      })
  void aBlobIsNamedByADigestOnly(String digest) {
    HttpRequest has =
        server.request("/api/blobs/" + digest).method("HEAD", BodyPublishers.noBody()).build();
    assertThat(server.send(has).statusCode()).isEqualTo(400);
    assertThat(server.post("/api/blobs/" + digest, "x").statusCode()).isEqualTo(400);
  }

  @Test
  void aBlobMustBeWhatItsDigestSays() {
    byte[] bytes = "GGUF".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    String right = "/api/blobs/" + digest;
    String wrong = "/api/blobs/sha256:" + "0".repeat(64);
    assertThat(server.post(wrong, "GGUF").statusCode()).isEqualTo(400);
    assertThat(server.get(wrong).statusCode()).isEqualTo(404);
    assertThat(server.post(right, "GGUF").statusCode()).isEqualTo(201);
    assertThat(server.post(right, "GGUF").statusCode()).isEqualTo(200);
    assertThat(server.get(right).statusCode()).isEqualTo(200);
    HttpResponse<String> created =
        server.post(
            "/api/create",
            "{'model':'four','files':{'a.gguf':'%s'},'stream':false}".formatted(digest));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(400);
    assertThat(created.body()).doesNotContain(home.toString());
  }

  /** CVE-2024-39719, CVE-2024-39722: whether a file exists; CVE-2024-39721: endless files. */
  @Test
  void fromNamesNoFileAndTellsOfNone() {
    Set<String> answers = new HashSet<>();
    for (String file :
        List.of("/etc/passwd", "/etc/nothing-there", "/dev/zero", "../../x", "./a.gguf", "~/x")) {
      HttpResponse<String> response =
          server.post("/api/create", "{'model':'x','from':'%s','stream':false}".formatted(file));
      assertThat(response.statusCode()).as(file + response.body()).isIn(400, 404);
      answers.add(json(response).get("error").stringValue().replace(file, "FILE"));
    }
    assertThat(answers).noneMatch(text -> text.contains("exist") || text.contains("permission"));
    HttpResponse<String> digest =
        server.post("/api/create", "{'model':'x','files':{'a':'sha256:../../etc'},'stream':false}");
    assertThat(digest.statusCode()).isEqualTo(400);
  }

  /** CVE-2025-44779: names that lead out of the store. */
  @Test
  void namesLeadNowhereElse() {
    for (String name :
        List.of("../../x", "a/../b", "..", "a//b", "/etc/passwd", "x:../y", "a/b/c/d")) {
      String quoted = "{'model':'" + name + "'}";
      assertThat(server.post("/api/show", quoted).statusCode()).as(name).isIn(400, 404);
      assertThat(server.post("/api/pull", quoted).statusCode()).as(name).isEqualTo(400);
      HttpRequest delete =
          server
              .request("/api/delete")
              .method("DELETE", BodyPublishers.ofString(quoted.replace('\'', '"')))
              .build();
      assertThat(server.send(delete).statusCode()).as(name).isIn(400, 404);
      String copy = "{'source':'%s','destination':'%s'}".formatted(TestServer.MODEL, name);
      assertThat(server.post("/api/copy", copy).statusCode()).as(name).isIn(400, 404);
    }
  }

  /** CVE-2024-34359: a template that is a program. */
  @Test
  void templatesEndAndReachNothing() {
    for (String template :
        List.of(
            "{{ range $i, $x := .Messages }}{{ template \\\"x\\\" . }}{{ end }}",
            "{{ define \\\"x\\\" }}{{ template \\\"x\\\" . }}{{ end }}{{ template \\\"x\\\" . }}",
            "{{ .System.getClass }}",
            "{{ printf \\\"%99999999d\\\" 1 }}",
            "{{" + "(".repeat(20_000))) {
      String body =
          "{\"model\":\"%s\",\"prompt\":\"가\",\"stream\":false,\"template\":\"%s\",\"options\":{\"num_predict\":1}}"
              .formatted(TestServer.MODEL, template);
      HttpResponse<String> response = server.postExactly("/api/generate", body);
      assertThat(response.statusCode()).as(template).isIn(200, 400);
    }
  }

  @Test
  void listsAndTextsHaveALength() {
    String chat = "{'model':'%s','messages':[{'role':'user','content':'가'}],%s}";
    String stops = "'options':{'stop':[" + "'x',".repeat(100_000) + "'y']}";
    assertThat(server.post("/api/chat", chat.formatted(TestServer.MODEL, stops)).statusCode())
        .isEqualTo(400);
    String messages = "{'role':'user','content':'x'},".repeat(2000);
    String many =
        "{'model':'%s','messages':[%s{'role':'user','content':'x'}]}"
            .formatted(TestServer.MODEL, messages);
    assertThat(server.post("/api/chat", many).statusCode()).isEqualTo(400);
    String large = "x".repeat(11 << 20);
    HttpResponse<String> refused =
        server.post("/api/chat", chat.formatted(TestServer.MODEL, "'x':'" + large + "'"));
    assertThat(refused.statusCode()).isEqualTo(413);
    String long9 = "가".repeat(3_000_000);
    HttpResponse<String> prompt =
        server.post(
            "/api/generate", "{'model':'%s','prompt':'%s'}".formatted(TestServer.MODEL, long9));
    assertThat(prompt.statusCode()).isEqualTo(400);
    assertThat(json(prompt).get("error").stringValue()).contains("the context holds 1024");
  }

  @Test
  void aBrokenModelTellsWhyAndNotWhere() throws Exception {
    Path broken = Files.write(home.resolve("broken.gguf"), new byte[] {'G', 'G', 'U', 'F', 3, 0});
    try (TestServer other = TestServer.of(home, broken)) {
      HttpResponse<String> chat =
          other.post("/api/chat", "{'model':'broken','messages':[{'role':'user','content':'x'}]}");
      assertThat(chat.statusCode()).isEqualTo(500);
      assertThat(json(chat).get("error").stringValue())
          .startsWith("the model cannot be used: ")
          .doesNotContain(home.toString());
      assertThat(other.get("/api/tags").statusCode()).isEqualTo(200);
    }
  }

  /** Whatever bytes the model makes, what is sent is JSON in UTF-8. */
  @Test
  void answersAreWellFormedWhateverTheModelSays() {
    for (int seed = 0; seed < 5; seed++) {
      String body =
          ("{'model':'%s','messages':[{'role':'user','content':'가'}],"
                  + "'options':{'num_predict':40,'temperature':5,'top_k':0,'top_p':1,'seed':%d}}")
              .formatted(TestServer.MODEL, seed);
      assertThat(server.postLines("/api/chat", body)).isNotEmpty();
    }
  }
}
