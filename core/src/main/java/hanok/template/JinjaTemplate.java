package hanok.template;

import hanok.token.Span;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/**
 * A template in the part of Jinja that templates of chats use, as transformers runs them: with
 * {@code trim_blocks}, {@code lstrip_blocks}, {@code break} and {@code continue}, {@code
 * raise_exception} and {@code strftime_now}. Immutable and thread-safe.
 *
 * <p>A template is somebody else's program. It sees nothing but the values that it is given, its
 * steps, depth and output are limited ({@link Meter}), and each character that it writes is known
 * to be its own or a person's. docs/templates.md says what is supported.
 */
public final class JinjaTemplate {
  private final String source;
  private final List<JinjaNode> nodes;

  private JinjaTemplate(String source, List<JinjaNode> nodes) {
    this.source = source;
    this.nodes = nodes;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it is none, or uses what is not supported
   */
  public static JinjaTemplate parse(String source) {
    String normalized = JinjaLexer.normalize(source);
    return new JinjaTemplate(normalized, JinjaParser.parse(normalized));
  }

  /**
   * Runs the template.
   *
   * @param variables what its names stand for
   * @return what it writes, in runs of the template and of a person
   * @throws TemplateException if it fails, refuses, or does more than it may
   */
  public List<Span> render(Map<String, Value> variables) {
    return render(variables, ZonedDateTime.now(ZoneId.systemDefault()));
  }

  List<Span> render(Map<String, Value> variables, ZonedDateTime now) {
    JinjaEvaluator evaluator = new JinjaEvaluator(Meter.ofRun(), now);
    Scope globals = new Scope(null);
    JinjaGlobals.addTo(globals);
    variables.forEach(globals::set);
    TextBuilder out = new TextBuilder(evaluator.meter());
    try {
      new JinjaRenderer(evaluator).run(nodes, new Scope(globals), out);
      return out.build().spans();
    } catch (Fault fault) {
      throw fault.at(source, evaluator.at());
    }
  }
}
