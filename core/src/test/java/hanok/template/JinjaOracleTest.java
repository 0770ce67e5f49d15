package hanok.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Compares with Jinja's own output, recorded by {@code record.py}. */
class JinjaOracleTest {

  @Test
  void writesConversationsAsJinjaDoes() {
    List<String> wrong = new ArrayList<>();
    List<JsonNode> cases = Recorded.lines("conversations.jsonl");
    for (JsonNode line : cases) {
      String source = Recorded.resource("jinja/" + line.get("template").asString());
      compare(source, Recorded.variables(line.get("variables")), line, wrong);
    }
    assertThat(cases).hasSizeGreaterThan(300);
    assertThat(wrong).isEmpty();
  }

  @Test
  void computesExpressionsAsJinjaDoes() {
    List<JsonNode> cases = Recorded.lines("expressions.jsonl");
    Map<String, Value> variables = Recorded.variables(cases.getFirst().get("variables"));
    List<String> wrong = new ArrayList<>();
    for (JsonNode line : cases.subList(1, cases.size())) {
      compare("{{ " + line.get("expression").asString() + " }}", variables, line, wrong);
    }
    assertThat(cases).hasSizeGreaterThan(3000);
    assertThat(wrong).isEmpty();
  }

  @Test
  void trimsWhiteSpaceAroundTagsAsJinjaDoes() {
    compareAll("spaces.jsonl");
  }

  @Test
  void runsEveryStatementAsJinjaDoes() {
    compareAll("statements.jsonl");
  }

  @Test
  void looksThroughTheTagThatTransformersMarksAnswersWith() {
    String template = "a\n{% generation %}\n{{ n }}\n{% endgeneration %}\nb";
    assertThat(Recorded.run(template, Map.of("n", Value.ofTemplate(1)))).isEqualTo("a\n1\nb");
  }

  @Test
  void tellsTheTimeAsPythonDoes() {
    ZonedDateTime now = ZonedDateTime.of(2024, 7, 6, 5, 4, 3, 0, ZoneId.of("UTC"));
    String template =
        "{{ strftime_now('%Y-%m-%d %H:%M:%S %y %B %b %A %a %I %p %j %-d %e %% %Z %z') }}";
    assertThat(JinjaTemplate.parse(template).render(Map.of(), now).getFirst().text())
        .isEqualTo("2024-07-06 05:04:03 24 July Jul Saturday Sat 05 AM 188 6  6 % UTC +0000");
  }

  private static void compareAll(String name) {
    List<JsonNode> expressions = Recorded.lines("expressions.jsonl");
    Map<String, Value> variables = Recorded.variables(expressions.getFirst().get("variables"));
    List<String> wrong = new ArrayList<>();
    for (JsonNode line : Recorded.lines(name)) {
      compare(line.get("template").asString(), variables, line, wrong);
    }
    assertThat(wrong).isEmpty();
  }

  private static void compare(
      String source, Map<String, Value> variables, JsonNode line, List<String> wrong) {
    String ours = Recorded.run(source, variables);
    boolean failed = ours.startsWith("ERROR ");
    boolean same = line.has("error") ? failed : !failed && ours.equals(line.get("out").asString());
    if (!same) {
      String theirs = line.has("error") ? "ERROR " + line.get("error") : line.get("out").asString();
      wrong.add("%s%n   ours: %s%n   theirs: %s".formatted(source, ours, theirs));
    }
  }
}
