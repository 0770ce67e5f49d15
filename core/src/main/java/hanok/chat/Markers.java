package hanok.chat;

import hanok.template.TemplateException;
import hanok.token.Span;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The markers of turns that a template writes: what stands in brackets, {@code [INST]} or {@code
 * <|user|>}, and lines that begin with {@code ###}. Most are control tokens, which nobody can type;
 * those that are not, must not be typed either.
 */
final class Markers {
  private static final int LENGTH_MAX = 40;

  /** Writes a conversation, and says who wrote what. */
  interface Writer {
    List<Span> write(List<Message> messages, boolean addGenerationPrompt);
  }

  private Markers() {}

  /** The markers in small conversations of every role. */
  static List<String> of(Writer writer) {
    Message system = Message.system("a");
    Message question = Message.user("b");
    Message answer = Message.assistant("c");
    Set<String> markers = new LinkedHashSet<>();
    for (List<Message> messages :
        List.of(
            List.of(question),
            List.of(question, answer, question),
            List.of(system, question, answer, question),
            List.of(system, question, answer))) {
      try {
        for (Span span : writer.write(messages, true)) {
          if (span.template()) {
            collect(span.text(), markers);
          }
        }
      } catch (TemplateException e) {
        // The template refuses such a conversation, and nobody will have one.
      }
    }
    return List.copyOf(markers);
  }

  static void collect(String text, Set<String> markers) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int end = c == '[' ? end(text, i, ']') : c == '<' ? end(text, i, '>') : i;
      int next = i + 1;
      if (end > i + 2) {
        markers.add(text.substring(i, end));
        next = end;
      } else if (text.startsWith("###", i) && (i == 0 || text.charAt(i - 1) == '\n')) {
        int line = text.indexOf('\n', i);
        String heading = text.substring(i, line < 0 ? text.length() : line).strip();
        if (heading.length() <= LENGTH_MAX) {
          markers.add(heading);
        }
      }
      i = next;
    }
  }

  /** Where a marker that begins here ends, or {@code from} if none does. */
  private static int end(String text, int from, char close) {
    char open = text.charAt(from);
    int at = from;
    while (at < text.length() && at < from + LENGTH_MAX && text.charAt(at) == open) {
      at++;
    }
    for (int i = at; i < text.length() && i < from + LENGTH_MAX; i++) {
      char c = text.charAt(i);
      if (c == close) {
        int end = i;
        while (end < text.length() && text.charAt(end) == close) {
          end++;
        }
        return end;
      }
      if (Character.isWhitespace(c) || c == open) {
        return from;
      }
    }
    return from;
  }
}
