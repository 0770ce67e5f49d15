package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PropertyResourceBundle;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** The user's language: {@code messages.properties} in English, {@code messages_ko.properties}. */
final class Messages {
  private final ResourceBundle bundle;
  private final Locale locale;

  Messages(Locale locale) {
    this.locale = locale;
    String file = locale.equals(Locale.KOREAN) ? "messages_ko.properties" : "messages.properties";
    try (InputStream in = Objects.requireNonNull(Messages.class.getResourceAsStream(file))) {
      bundle = new PropertyResourceBundle(new InputStreamReader(in, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The language that the user wants: {@code --lang}, then the variables that decide it elsewhere.
   */
  static Messages of(List<String> arguments, Map<String, String> environment) {
    String lang = option(arguments);
    for (String name : List.of("HANOK_LANG", "LC_ALL", "LC_MESSAGES", "LANG")) {
      String value = environment.get(name);
      lang = lang == null && value != null && !value.isEmpty() ? value : lang;
    }
    return new Messages(lang != null && lang.startsWith("ko") ? Locale.KOREAN : Locale.ENGLISH);
  }

  private static @Nullable String option(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--lang=")) {
        return argument.substring("--lang=".length());
      }
      if (argument.equals("--lang") && i + 1 < arguments.size()) {
        return arguments.get(i + 1);
      }
    }
    return null;
  }

  ResourceBundle bundle() {
    return bundle;
  }

  /** A sentence with values in its places; numbers are written plainly, without grouping. */
  String text(String key, @Nullable Object... values) {
    Object[] plain = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      plain[i] = String.valueOf(values[i]);
    }
    return new MessageFormat(bundle.getString(key), locale).format(plain);
  }
}
