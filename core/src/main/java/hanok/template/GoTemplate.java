package hanok.template;

import hanok.token.Span;
import java.util.List;
import java.util.Locale;

/**
 * A template in the part of Go's {@code text/template} that the TEMPLATE of Ollama's models uses.
 * Immutable and thread-safe; limits and provenance are those of {@link JinjaTemplate}.
 */
public final class GoTemplate {
  private final String source;
  private final GoParser.Parsed parsed;

  private GoTemplate(String source, GoParser.Parsed parsed) {
    this.source = source;
    this.parsed = parsed;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it is none, or uses what is not supported
   */
  public static GoTemplate parse(String source) {
    return new GoTemplate(source, GoParser.parse(source));
  }

  /** Whether a field of this name is anywhere in the template, in any case. */
  public boolean mentions(String field) {
    return parsed.fields().contains(field.toLowerCase(Locale.ROOT));
  }

  /** The same template with the response at its end. */
  public GoTemplate followedByResponse() {
    return parse(source + "{{ .Response }}");
  }

  /**
   * Runs the template.
   *
   * @param data what dot stands for
   * @throws TemplateException if it fails, or does more than it may
   */
  public List<Span> render(Value data) {
    return render(data, Integer.MAX_VALUE);
  }

  /** Runs the template without anything that stands behind the first {@code .Response}. */
  public List<Span> renderToResponse(Value data) {
    return render(data, parsed.responseAt());
  }

  private List<Span> render(Value data, int endAt) {
    GoEvaluator evaluator = new GoEvaluator(parsed.definitions(), endAt);
    try {
      return evaluator.run(parsed.nodes(), data).spans();
    } catch (Fault fault) {
      throw fault.at(source, evaluator.at());
    }
  }
}
