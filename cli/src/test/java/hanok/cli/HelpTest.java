package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** Help is complete, in both languages. */
class HelpTest {
  private static final List<String> COMMANDS =
      List.of(
          "run",
          "chat",
          "pull",
          "list",
          "show",
          "create",
          "cp",
          "rm",
          "licence",
          "inspect",
          "tokenize",
          "convert",
          "random",
          "logits",
          "bench");

  @Test
  void bothLanguagesSayTheSameThings() throws IOException {
    assertThat(messages("messages_ko.properties").stringPropertyNames())
        .isEqualTo(messages("messages.properties").stringPropertyNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ko"})
  void theTableOfContentsListsEveryCommand(String lang) {
    for (String[] line : new String[][] {{"--lang", lang}, {"--help", "--lang", lang}}) {
      Outcome outcome = new Shell().run(line);
      assertThat(outcome.code()).isZero();
      assertThat(outcome.out()).contains(COMMANDS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ko"})
  void everyCommandOptionAndParameterIsExplained(String lang) {
    CommandLine root = new Shell().commandLine("--lang", lang);
    assertThat(root.getSubcommands().keySet()).containsAll(COMMANDS);
    for (CommandLine command : root.getSubcommands().values()) {
      String name = command.getCommandName();
      assertThat(command.getCommandSpec().usageMessage().header()).as(name).isNotEmpty();
      for (ArgSpec argument : command.getCommandSpec().args()) {
        assertThat(argument.description()).as(name + " " + argument.paramLabel()).isNotEmpty();
        assertThat(argument.description()[0]).as(name + " " + argument).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "chat",
        "pull",
        "list",
        "show",
        "create",
        "cp",
        "rm",
        "licence",
        "inspect",
        "tokenize",
        "convert",
        "random",
        "logits",
        "bench"
      })
  void helpIsInTheLanguageThatIsAskedFor(String command) {
    String english = new Shell().run(command, "--help").out();
    String korean = new Shell().run("help", command, "--lang", "ko").out();
    assertThat(english).contains("Usage: hanok " + command);
    assertThat(english.codePoints().noneMatch(HelpTest::isHangul)).isTrue();
    assertThat(korean).contains("사용법: hanok " + command);
  }

  @Test
  void saysItsVersion() {
    assertThat(new Shell().run("--version").out()).startsWith("hanok 0.1.0");
  }

  private static boolean isHangul(int c) {
    return c >= 0xAC00 && c <= 0xD7A3;
  }

  private static Properties messages(String file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Hanok.class.getResourceAsStream(file)), UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }
}
