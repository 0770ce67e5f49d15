package hanok.template;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.token.Span;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Whoever says a character, is known to have said it, whatever a template does with it. */
class ProvenanceTest {

  @Test
  void everyOperationKeepsWhoSaidEachCharacter() {
    Map<String, String> cases =
        Map.ofEntries(
            Map.entry("'a' + p + 'b'", "a(PQ r)b"),
            Map.entry("p ~ 1 ~ p", "(PQ r)1(PQ r)"),
            Map.entry("(' ' + p)|trim", "(PQ r)"),
            Map.entry("p.replace('Q', 'xy')", "(P)xy( r)"),
            Map.entry("'<Q>'.replace('Q', p)", "<(PQ r)>"),
            Map.entry("p[1:]", "(Q r)"),
            Map.entry("('ab' + p)[::-1]", "(r QP)ba"),
            Map.entry("p|tojson", "\"(PQ r)\""),
            Map.entry("[p, 'x']|tojson", "[\"(PQ r)\", \"x\"]"),
            Map.entry("[1, 2]|tojson(separators=(p, ':'))", "[1(PQ r)2]"),
            Map.entry("[1]|tojson(indent=p)", "[\n(PQ r)1\n]"),
            Map.entry("[p]", "['(PQ r)']"),
            Map.entry("{'k': p}", "{'k': '(PQ r)'}"),
            Map.entry("[p, 'x', p]|join('-')", "(PQ r)-x-(PQ r)"),
            Map.entry("('q' + p)|upper", "Q(PQ R)"),
            Map.entry("p|title", "(Pq R)"),
            Map.entry("p.split(' ')|join('|')", "(PQ)|(r)"),
            Map.entry("p|list|join('.')", "(P).(Q).( ).(r)"),
            Map.entry("('x\\n' + p)|indent(2)", "x\n  (PQ r)"),
            Map.entry("'%s!'|format(p)", "(PQ r)!"),
            Map.entry("'{}!'.format(p)", "(PQ r)!"),
            Map.entry("p * 2", "(PQ rPQ r)"),
            Map.entry("'[' ~ (p if p else 'no') ~ ']'", "[(PQ r)]"),
            Map.entry("p|first ~ p|last", "(Pr)"),
            Map.entry("p.partition('Q')|join('/')", "(P)/(Q)/( r)"),
            Map.entry("p.rjust(6, '.')", "..(PQ r)"),
            Map.entry("p|reverse", "(r QP)"),
            Map.entry("p|default('x')", "(PQ r)"),
            Map.entry("'PQ r' if p == 'PQ r' else 'no'", "PQ r"));
    cases.forEach((expression, expected) ->
        assertThat(marked("{{ " + expression + " }}")).as(expression).isEqualTo(expected));
  }

  @Test
  void blocksAndMacrosKeepWhoSaidEachCharacter() {
    assertThat(marked("{% set x %}<{{ p }}>{% endset %}{{ x|upper }}")).isEqualTo("<(PQ R)>");
    assertThat(marked("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(p) ~ m('y') }}"))
        .isEqualTo("<(PQ r)><y>");
    assertThat(marked("{% filter lower %}A{{ p }}{% endfilter %}")).isEqualTo("a(pq r)");
    assertThat(
            marked(
                "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ p }}{% endcall %}"))
        .isEqualTo("<(PQ r)>");
    assertThat(
            marked(
                "{% set ns = namespace(s='') %}{% for c in p %}{% set ns.s = ns.s + c + '.' %}"
                    + "{% endfor %}{{ ns.s }}"))
        .isEqualTo("(P).(Q).( ).(r).");
  }

  /**
   * Every recorded expression, with what persons say spelled in letters that no template has: they
   * are the person's in every result, and no other letter is.
   */
  @Test
  void noRandomExpressionLaundersWhatAPersonSays() {
    List<JsonNode> cases = Recorded.lines("expressions.jsonl");
    Map<String, Value> variables = Recorded.variables(foreign(cases.getFirst().get("variables")));
    int written = 0;
    for (JsonNode line : cases.subList(1, cases.size())) {
      String expression = line.get("expression").asString();
      if (isForeign(expression)) {
        continue; // the template says such letters itself
      }
      for (Span span : spans("{{ " + expression + " }}", variables)) {
        boolean foreign = span.text().codePoints().anyMatch(c -> isForeign(Character.toString(c)));
        assertThat(foreign && span.template()).as(expression + " -> " + span).isFalse();
        written += foreign ? 1 : 0;
      }
    }
    assertThat(written).isGreaterThan(1000);
  }

  private static boolean isForeign(String text) {
    return text.codePoints().anyMatch(c -> c >= 0xAC00 && c < 0xD7A4);
  }

  /** The same data with each letter of a value in Hangul. */
  private static JsonNode foreign(JsonNode variables) {
    tools.jackson.databind.node.ObjectNode copy =
        tools.jackson.databind.json.JsonMapper.shared().createObjectNode();
    variables.forEachEntry((name, value) -> copy.set(name, foreignValue(value)));
    return copy;
  }

  private static JsonNode foreignValue(JsonNode value) {
    tools.jackson.databind.json.JsonMapper json = tools.jackson.databind.json.JsonMapper.shared();
    if (value.isString()) {
      String hangul =
          value
              .asString()
              .codePoints()
              .mapToObj(c -> Character.toString(Character.isLetter(c) ? 0xAC00 + c % 999 : c))
              .collect(Collectors.joining());
      return json.valueToTree(hangul);
    }
    if (value.isObject()) {
      return foreign(value);
    }
    if (value.isArray()) {
      tools.jackson.databind.node.ArrayNode array = json.createArrayNode();
      value.forEach(element -> array.add(foreignValue(element)));
      return array;
    }
    return value;
  }

  private static List<Span> spans(String template, Map<String, Value> variables) {
    try {
      return JinjaTemplate.parse(template).render(variables);
    } catch (TemplateException e) {
      return List.of();
    }
  }

  /** What a template writes, with brackets around what the person {@code p} says. */
  private static String marked(String template) {
    return JinjaTemplate.parse(template).render(Map.of("p", Value.ofPerson("PQ r"))).stream()
        .map(span -> span.template() ? span.text() : "(" + span.text() + ")")
        .collect(Collectors.joining());
  }
}
