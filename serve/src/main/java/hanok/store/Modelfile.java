package hanok.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * A Modelfile: how a model is made of another. A command is a keyword, in letters of any case, and
 * its text: the rest of the line, or what stands between {@code "} and a {@code "} that ends a
 * line, or between two {@code """} likewise. Lines that begin with {@code #} are comments.
 *
 * <p>Source: Ollama's description of the format.
 */
public record Modelfile(List<Command> commands) {

  /**
   * One command.
   *
   * @param keyword in upper case: {@code FROM}, {@code TEMPLATE}, {@code SYSTEM}, {@code LICENSE},
   *     {@code ADAPTER}, {@code REQUIRES}, {@code PARAMETER name}, {@code MESSAGE role}
   * @param line where it begins, from 1; 0 if it comes from no file
   */
  public record Command(String keyword, String text, int line) {
    boolean is(String word) {
      return keyword.equals(word);
    }

    /** What follows the keyword's first word, if the keyword is {@code word} and something. */
    Optional<String> name(String word) {
      return keyword.startsWith(word + " ")
          ? Optional.of(keyword.substring(word.length() + 1))
          : Optional.empty();
    }
  }

  public Modelfile {
    commands = List.copyOf(commands);
  }

  /**
   * Reads a Modelfile.
   *
   * @throws IllegalArgumentException if it is none; the sentence names the line
   */
  public static Modelfile parse(String text) {
    return new Modelfile(new ModelfileParser(text).parse());
  }

  /** What the model is made of: a name, a file, or a digest. */
  public String from() {
    return last("FROM")
        .orElseThrow(() -> new IllegalArgumentException("a Modelfile needs a FROM line"));
  }

  public Optional<String> template() {
    return last("TEMPLATE");
  }

  public Optional<String> system() {
    return last("SYSTEM");
  }

  public List<String> licenses() {
    return texts("LICENSE").toList();
  }

  public List<String> adapters() {
    return texts("ADAPTER").toList();
  }

  /** Parameters by name: {@code Long}, {@code Double}, {@code Boolean}, {@code List<String>}. */
  public SequencedMap<String, Object> parameters() {
    SequencedMap<String, Object> parameters = new LinkedHashMap<>();
    for (Command command : commands) {
      command.name("PARAMETER").ifPresent(name -> Parameters.add(parameters, name, command.text()));
    }
    return Collections.unmodifiableSequencedMap(parameters);
  }

  public List<StoredModel.Turn> messages() {
    return commands.stream()
        .flatMap(command ->
            command.name("MESSAGE").stream()
                .map(role -> new StoredModel.Turn(role, command.text())))
        .toList();
  }

  private Optional<String> last(String keyword) {
    return texts(keyword).reduce((before, text) -> text);
  }

  private Stream<String> texts(String keyword) {
    return commands.stream().filter(command -> command.is(keyword)).map(Command::text);
  }

  /**
   * The file's text, from which {@link #parse} makes the same commands.
   *
   * @throws IllegalArgumentException if a text has lines that end with {@code "} and others that
   *     end with {@code """}, for which the format has no spelling
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Command command : commands) {
      text.append(command.keyword()).append(' ').append(quoted(command.text())).append('\n');
    }
    return text.toString();
  }

  private static String quoted(String text) {
    boolean plain = !text.isEmpty() && text.equals(text.strip()) && text.charAt(0) != '"';
    if (plain && text.lines().count() == 1 && text.indexOf('\r') < 0) {
      return text;
    }
    for (String quote : List.of("\"\"\"", "\"")) {
      if (!ends(text, quote) && !(quote.length() == 1 && text.startsWith("\"\""))) {
        return quote + text + quote;
      }
    }
    throw new IllegalArgumentException(
        "a text in which lines end with \" and with \"\"\" cannot be written in a Modelfile");
  }

  /** Whether {@code quote} would be taken for the end of the text before it is over. */
  private static boolean ends(String text, String quote) {
    return text.endsWith("\"")
        || text.lines().anyMatch(line -> line.stripTrailing().endsWith(quote));
  }
}
