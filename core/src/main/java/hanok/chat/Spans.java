package hanok.chat;

import hanok.template.TemplateException;
import hanok.token.Span;
import hanok.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** What templates have written, made ready for the tokenizer. */
final class Spans {
  private Spans() {}

  /** Leaves out the token of the beginning where the tokenizer will add it. */
  static List<Span> withoutAddedBos(List<Span> spans, Tokenizer tokenizer) {
    if (!tokenizer.addsBos() || tokenizer.bos().isEmpty()) {
      return spans;
    }
    String bos = tokenizer.text(tokenizer.bos().getAsInt());
    if (spans.isEmpty() || !spans.getFirst().template() || bos.isEmpty()) {
      return spans;
    }
    String first = spans.getFirst().text();
    int from = 0;
    while (first.startsWith(bos, from)) {
      from += bos.length();
    }
    List<Span> rest = new ArrayList<>(spans);
    rest.set(0, new Span(first.substring(from), true));
    return rest;
  }

  /** What the caller is told of a template that refused a conversation, or failed on it. */
  static IllegalArgumentException refusal(TemplateException e) {
    String reason =
        e.raised()
            ? "the model's chat template refuses this conversation: " + e.reason()
            : "the model's chat template fails on this conversation: " + e.getMessage();
    return new IllegalArgumentException(reason, e);
  }
}
