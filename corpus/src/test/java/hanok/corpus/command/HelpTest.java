package hanok.corpus.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.console.Io;
import hanok.console.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** The room speaks both languages, and explains all of its commands in them. */
class HelpTest {
  @Test
  void bothLanguagesSayTheSameThings() throws IOException {
    assertThat(texts("messages_ko.properties").stringPropertyNames())
        .isEqualTo(texts("messages.properties").stringPropertyNames());
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ko"})
  void everyCommandOptionAndParameterIsExplained(String lang) {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false, UTF_8);
    Io io = new Io(InputStream.nullInputStream(), nowhere, nowhere, false, false, Map.of());
    Messages messages = Messages.of(Corpus.class, List.of("--lang", lang), Map.of());
    CommandLine workshop =
        Objects.requireNonNull(
            new Corpus(io, messages).commandLine("tokenizer").getSubcommands().get("tokenizer"));
    assertThat(workshop.getSubcommands()).containsOnlyKeys("train", "compare");
    for (CommandLine command : workshop.getSubcommands().values()) {
      String name = command.getCommandName();
      assertThat(command.getCommandSpec().usageMessage().header()).as(name).isNotEmpty();
      assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
      for (ArgSpec argument : command.getCommandSpec().args()) {
        assertThat(argument.description()).as(name + " " + argument.paramLabel()).isNotEmpty();
        assertThat(argument.description()[0]).as(name + " " + argument).isNotBlank();
      }
    }
  }

  private static Properties texts(String name) throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Corpus.class.getResourceAsStream(name), name), UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }
}
