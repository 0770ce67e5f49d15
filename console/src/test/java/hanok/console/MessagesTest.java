package hanok.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** All rooms speak the user's language. */
class MessagesTest {
  @Test
  void bothLanguagesSayTheSameThings() throws IOException {
    assertThat(file("messages_ko.properties").stringPropertyNames())
        .isEqualTo(file("messages.properties").stringPropertyNames());
  }

  @Test
  void theOptionDecidesThenTheVariablesInTheirOrder() {
    assertThat(language(List.of("--lang", "ko"), Map.of("LANG", "en_US.UTF-8"))).isEqualTo("ko");
    assertThat(language(List.of("--lang=en"), Map.of("HANOK_LANG", "ko"))).isEqualTo("en");
    assertThat(language(List.of(), Map.of("LC_ALL", "en_US", "HANOK_LANG", "ko"))).isEqualTo("ko");
    assertThat(language(List.of(), Map.of("LC_ALL", "ko_KR", "LANG", "en_US"))).isEqualTo("ko");
    assertThat(language(List.of(), Map.of("LC_ALL", "", "LANG", "ko_KR.UTF-8"))).isEqualTo("ko");
    assertThat(language(List.of(), Map.of())).isEqualTo("en");
  }

  private static String language(List<String> arguments, Map<String, String> environment) {
    Messages messages = Messages.of(Messages.class, arguments, environment);
    return messages.text("error.noSuchFile", "f").equals("there is no file f") ? "en" : "ko";
  }

  private static Properties file(String name) throws IOException {
    Properties properties = new Properties();
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(Messages.class.getResourceAsStream(name)), UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }
}
