package hanok.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a Modelfile line by line. */
final class ModelfileParser {
  private static final Set<String> PLAIN =
      Set.of("FROM", "TEMPLATE", "SYSTEM", "ADAPTER", "LICENSE", "REQUIRES", "RENDERER", "PARSER");
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");
  private static final String TRIPLE = "\"\"\"";

  private final List<String> lines;
  private final List<Modelfile.Command> commands = new ArrayList<>();
  private int next;

  ModelfileParser(String text) {
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    lines = plain.lines().toList();
  }

  List<Modelfile.Command> parse() {
    while (next < lines.size()) {
      String line = lines.get(next++).stripLeading();
      if (!line.isEmpty() && line.charAt(0) != '#') {
        command(line, next);
      }
    }
    if (commands.stream().noneMatch(command -> command.is("FROM"))) {
      throw new IllegalArgumentException("a Modelfile needs a FROM line");
    }
    return commands;
  }

  private void command(String line, int number) {
    String word = word(line);
    String rest = line.substring(word.length()).stripLeading();
    String keyword = word.toUpperCase(Locale.ROOT);
    if (PLAIN.contains(keyword)) {
      commands.add(new Modelfile.Command(keyword, value(rest, keyword, number), number));
      return;
    }
    if (!keyword.equals("PARAMETER") && !keyword.equals("MESSAGE")) {
      throw wrong(number, "there is no command \"%s\"".formatted(Printable.of(word)));
    }
    String name = word(rest).toLowerCase(Locale.ROOT);
    if (keyword.equals("MESSAGE") && !ROLES.contains(name)) {
      throw wrong(
          number, "a message is of system, user or assistant, not \"" + Printable.of(name) + "\"");
    }
    String text = value(rest.substring(name.length()).stripLeading(), keyword, number);
    if (keyword.equals("PARAMETER")) {
      check(name, text, number);
    }
    commands.add(new Modelfile.Command(keyword + " " + name, text, number));
  }

  private static void check(String name, String text, int number) {
    try {
      Parameters.typed(name, text);
    } catch (IllegalArgumentException e) {
      throw wrong(number, String.valueOf(e.getMessage()));
    }
  }

  /** The text of a command, of which {@code rest} is what its first line has. */
  private String value(String rest, String keyword, int number) {
    if (rest.isEmpty()) {
      throw wrong(number, keyword + " needs something after it");
    }
    if (rest.charAt(0) != '"') {
      return rest.stripTrailing();
    }
    String quote = rest.startsWith(TRIPLE) ? TRIPLE : "\"";
    StringBuilder text = new StringBuilder();
    for (String line = rest.substring(quote.length()); ; line = lines.get(next++)) {
      String end = line.stripTrailing();
      if (end.endsWith(quote)) {
        return text.append(end, 0, end.length() - quote.length()).toString();
      }
      if (next == lines.size()) {
        throw wrong(number, "the text that begins with %s has no end".formatted(quote));
      }
      text.append(line).append('\n');
    }
  }

  private static String word(String line) {
    int end = 0;
    while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
      end++;
    }
    return line.substring(0, end);
  }

  private static IllegalArgumentException wrong(int line, String reason) {
    return new IllegalArgumentException("line %d of the Modelfile: %s".formatted(line, reason));
  }
}
