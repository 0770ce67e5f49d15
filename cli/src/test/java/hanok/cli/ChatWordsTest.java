package hanok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the words behind {@code chat} mean: a model, a question, or both. */
class ChatWordsTest {
  @TempDir Path home;

  /** A golden model stands in for the small one that comes with Hanok. */
  @BeforeEach
  void shipAModel() throws IOException {
    Path models = Files.createDirectory(home.resolve("models"));
    Files.copy(Path.of(Shell.MODEL), models.resolve("hanok-nano.gguf"));
    System.setProperty("hanok.home", home.toString());
  }

  @AfterEach
  void forgetIt() {
    System.clearProperty("hanok.home");
  }

  private Outcome chat(String... words) {
    List<String> line = new ArrayList<>(List.of("chat"));
    line.addAll(List.of(words));
    line.addAll(List.of("--temperature", "0", "--max-tokens", "3"));
    return new Shell()
        .with("HANOK_HOME", home.resolve("store").toString())
        .run(line.toArray(String[]::new));
  }

  @Test
  void aQuestionIsAnsweredByTheModelThatComesWithHanok() {
    Outcome outcome = chat("잘 지내?");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCode.OK);
    assertThat(outcome.out()).endsWith("\n").isEqualTo(chat(Shell.MODEL, "잘 지내?").out());
    assertThat(chat("hello", "there").out()).isEqualTo(chat(Shell.MODEL, "hello there").out());
  }

  @Test
  void withoutWordsAConversationBegins() {
    assertThat(chat().code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void whatLooksLikeAModelThatIsNotThereIsNoQuestion() {
    for (String name : new String[] {"exaone3.5", "exaone:latest", "no.gguf", "someone/model"}) {
      Outcome outcome = chat(name);
      assertThat(outcome.code()).as(name).isEqualTo(ExitCode.NOT_FOUND);
      assertThat(outcome.err()).contains(name);
    }
  }

  @Test
  void withoutTheModelThatComesWithHanokItIsSaid() throws IOException {
    Files.delete(home.resolve("models/hanok-nano.gguf"));
    Outcome outcome = chat("잘 지내?");
    assertThat(outcome.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(outcome.err()).contains("hanok-nano");
  }
}
