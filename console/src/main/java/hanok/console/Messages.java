package hanok.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PropertyResourceBundle;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * What a room says in the user's language: its own {@code messages.properties} in English and
 * {@code messages_ko.properties}, over those that all rooms share.
 */
public final class Messages {

  /** A file of texts, which may be handed a more general one. */
  private static final class Texts extends PropertyResourceBundle {
    private Texts(Reader reader) throws IOException {
      super(reader);
    }

    static Texts beside(Class<?> type, Locale locale, @Nullable Texts general) {
      String file = locale.equals(Locale.KOREAN) ? "messages_ko.properties" : "messages.properties";
      try (InputStream in = Objects.requireNonNull(type.getResourceAsStream(file), file)) {
        Texts texts = new Texts(new InputStreamReader(in, UTF_8));
        if (general != null) {
          texts.setParent(general);
        }
        return texts;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final ResourceBundle bundle;
  private final Locale locale;

  private Messages(Class<?> room, Locale locale) {
    this.locale = locale;
    bundle = Texts.beside(room, locale, Texts.beside(Messages.class, locale, null));
  }

  /**
   * The language that the user wants: {@code --lang}, then the variables that decide it elsewhere.
   *
   * @param room the class beside which its texts lie
   */
  public static Messages of(
      Class<?> room, List<String> arguments, Map<String, String> environment) {
    String lang = option(arguments);
    for (String name : List.of("HANOK_LANG", "LC_ALL", "LC_MESSAGES", "LANG")) {
      String value = environment.get(name);
      lang = lang == null && value != null && !value.isEmpty() ? value : lang;
    }
    boolean korean = lang != null && lang.startsWith("ko");
    return new Messages(room, korean ? Locale.KOREAN : Locale.ENGLISH);
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

  /** All texts. */
  public ResourceBundle bundle() {
    return bundle;
  }

  /** A sentence with values in its places; numbers are written plainly, without grouping. */
  public String text(String key, @Nullable Object... values) {
    Object[] plain = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      plain[i] = String.valueOf(values[i]);
    }
    return new MessageFormat(bundle.getString(key), locale).format(plain);
  }
}
