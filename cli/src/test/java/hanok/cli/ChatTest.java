package hanok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chat over a pipe; the line editor is JLine's. */
class ChatTest {
  @TempDir Path folder;

  @Test
  void answersEveryLineAndLeavesAtBye() {
    Outcome outcome = chat("안녕\n두 번째\n/bye\n세 번째\n");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out().lines().count()).isGreaterThanOrEqualTo(2);
    Path file = folder.resolve("a.json");
    JsonNode saved = saved(chat("안녕\n두 번째\n/save " + file + "\n/bye\n세 번째\n"), file);
    assertThat(roles(saved)).isEqualTo("user assistant user assistant");
    assertThat(saved.get("messages").get(2).get("content").stringValue()).isEqualTo("두 번째");
  }

  @Test
  void takesSeveralLinesBetweenTripleQuotes() {
    Path file = folder.resolve("b.json");
    JsonNode saved = saved(chat("\"\"\"첫 줄\n둘째 줄\n\"\"\"\n/save " + file + "\n"), file);
    assertThat(saved.get("messages").get(0).get("content").stringValue()).isEqualTo("첫 줄\n둘째 줄");
  }

  @Test
  void remembersTheConversationAndTheSystemMessage() {
    Path file = folder.resolve("c.json");
    String input =
        "/system 짧게 답해.\nhi\n/regen\n/show system\n/save %s\n/clear\n/save %s2\n/load %s\n/save %s3\n"
            .formatted(file, file, file, file);
    Outcome outcome = chat(input);
    JsonNode saved = saved(outcome, file);
    assertThat(roles(saved)).isEqualTo("system user assistant");
    assertThat(outcome.out()).contains("짧게 답해.", "The conversation is forgotten.", "Saved: ");
    assertThat(roles(saved(outcome, folder.resolve("c.json2")))).isEqualTo("system");
    assertThat(saved(outcome, folder.resolve("c.json3"))).isEqualTo(saved);
  }

  @Test
  void changesParameters() {
    Outcome outcome =
        chat(
            """
            /set parameter temperature 0.25
            /set parameter top_p 7
            /set parameter heat 1
            /set parameter top_k x
            /set
            /show parameters
            """);
    assertThat(outcome.out()).contains("temperature = 0.25", "repeat_penalty       1.0");
    assertThat(outcome.err())
        .contains(
            "top-p must be in [0, 1], got 7",
            "there is no parameter \"heat\"; there are temperature",
            "top_k needs a number, not \"x\"",
            "the form is: /set parameter NAME VALUE");
  }

  @Test
  void helpsWithCommandsThatDoNotExist() {
    Outcome outcome = chat("/sav x\n/?\n/regen\n/load\n/load none.json\n/show nothing\n");
    assertThat(outcome.out()).contains("There is no command /sav", "\"/save\"", "/regen  ");
    assertThat(outcome.err())
        .contains(
            "there is no answer to give again",
            "the form is: /load FILE",
            "there is no file none.json",
            "the form is: /show info|parameters");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void refusesFilesThatAreNoConversations() throws IOException {
    Path json = Files.writeString(folder.resolve("x.json"), "{\"messages\": [{\"role\": 1}]}");
    Path text = Files.writeString(folder.resolve("y.json"), "hello");
    assertThat(chat("/load " + json + "\n/load " + text + "\n").err())
        .contains(json + " is not a conversation", text + " is not JSON");
  }

  @Test
  void goesOnWithAnotherModel() {
    Path other = Shell.GOLDEN.resolve("llama-a-Q5_K_M.gguf");
    Outcome outcome = chat("hi\n/load " + other + "\n/show info\nagain\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains("llama-a-Q5_K_M.gguf: llama, 2 layers of width 256");
  }

  @Test
  void dropsTheOldestTurnsAndSaysSo() {
    String question = "나는 오늘 아침에 학교에 갔다 그리고 친구와 함께 점심을 먹었다 ".repeat(2);
    Outcome outcome =
        new Shell()
            .pipe(
                (question + "\n").repeat(4),
                "chat",
                Shell.MODEL,
                "--context",
                "256",
                "--max-tokens",
                "4");
    assertThat(outcome.err()).contains("oldest turns no longer fit the context of 256 tokens");
    assertThat(outcome.code()).isZero();
    String endless = "가나다라마바사".repeat(200);
    Outcome tooLong = new Shell().pipe(endless + "\n", "chat", Shell.MODEL, "--context", "256");
    assertThat(tooLong.err()).contains("the question has", "the context holds 256");
  }

  @Test
  void speaksKorean() {
    Outcome outcome =
        new Shell().with("LANG", "ko_KR.UTF-8").pipe("/clear\n/nope\n", "chat", Shell.MODEL);
    assertThat(outcome.out()).contains("대화를 잊었습니다.", "/nope 명령은 없습니다.");
  }

  private static Outcome chat(String input) {
    return new Shell().pipe(input, "chat", Shell.MODEL, "--max-tokens", "5", "--seed", "1");
  }

  private static JsonNode saved(Outcome outcome, Path file) {
    assertThat(file).as(outcome.err()).exists();
    return JsonMapper.shared().readTree(file.toFile());
  }

  private static String roles(JsonNode saved) {
    StringBuilder roles = new StringBuilder();
    saved.get("messages").forEach(m -> roles.append(m.get("role").stringValue()).append(' '));
    return roles.toString().strip();
  }
}
