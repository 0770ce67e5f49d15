package hanok.token;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A text that knows where each part of it comes from. Control tokens arise only in spans of the
 * template, and a marker of a turn that a person has typed gets other ids than a genuine one.
 *
 * @param markers strings that mean the beginning or end of a turn to the model, even where they are
 *     not control tokens
 */
public record Prompt(List<Span> spans, List<String> markers) {
  public Prompt {
    spans = List.copyOf(spans);
    markers = List.copyOf(markers);
  }

  /** The whole text, without provenance: for display. */
  public String text() {
    return spans.stream().map(Span::text).collect(Collectors.joining());
  }
}
