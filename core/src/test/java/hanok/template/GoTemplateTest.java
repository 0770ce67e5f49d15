package hanok.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.token.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Outputs were worked out by hand from the documentation of Go's text/template. */
class GoTemplateTest {
  /** In the styles that models of Ollama have. */
  static final List<String> TEMPLATES =
      List.of(
          """
          {{- range .Messages }}<|im_start|>{{ .Role }}
          {{ .Content }}<|im_end|>
          {{ end }}<|im_start|>assistant
          """,
          """
          {{- if .System }}<|start_header_id|>system<|end_header_id|>

          {{ .System }}<|eot_id|>
          {{- end }}
          {{- range .Messages }}<|start_header_id|>{{ .Role }}<|end_header_id|>

          {{ .Content }}<|eot_id|>
          {{- end }}<|start_header_id|>assistant<|end_header_id|>

          """,
          """
          {{- range $i, $_ := .Messages }}
          {{- $last := eq (len (slice $.Messages $i)) 1 }}
          {{- if eq .Role "user" }}[INST] {{ if and $last $.System }}{{ $.System }}

          {{ end }}{{ .Content }}[/INST]
          {{- else if eq .Role "assistant" }} {{ .Content }}</s>
          {{- end }}
          {{- end }}
          """,
          """
          {{ if .System }}<|system|>
          {{ .System }}<|end|>
          {{ end }}{{ if .Prompt }}<|user|>
          {{ .Prompt }}<|end|>
          {{ end }}<|assistant|>
          {{ .Response }}<|end|>
          """);

  static Value data(String... contents) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (String content : contents) {
      String role = messages.size() % 2 == 0 ? "user" : "assistant";
      messages.add(Map.of("Role", Value.ofTemplate(role), "Content", Value.ofPerson(content)));
    }
    return Value.ofTemplate(
        Map.of("System", Value.ofPerson("Be kind."), "Messages", messages, "Prompt", "p"));
  }

  @Test
  void writesTheStylesOfPublishedModels() {
    Value data = data("안녕", "네", "bye");
    assertThat(run(TEMPLATES.get(0), data))
        .isEqualTo(
            """
            <|im_start|>user
            안녕<|im_end|>
            <|im_start|>assistant
            네<|im_end|>
            <|im_start|>user
            bye<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(run(TEMPLATES.get(1), data))
        .isEqualTo(
            "<|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\n안녕<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n네<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nbye<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n");
    assertThat(run(TEMPLATES.get(2), data))
        .isEqualTo("[INST] 안녕[/INST] 네</s>[INST] Be kind.\n\nbye[/INST]\n");
  }

  @Test
  void followsGoInSmallThings() {
    Map<String, String> cases =
        Map.ofEntries(
            Map.entry("a {{- 1 -}} b", "a1b"),
            Map.entry("a {{ -1 }} b", "a -1 b"),
            Map.entry("a {{- /* no */ -}} b", "ab"),
            Map.entry("{{ .Nothing }}", "<no value>"),
            Map.entry("{{ with .System }}{{ . }}{{ else }}none{{ end }}", "Be kind."),
            Map.entry("{{ with .Nothing }}x{{ else }}none{{ end }}", "none"),
            Map.entry("{{ with .No }}x{{ else with .System }}{{ . }}{{ end }}", "Be kind."),
            Map.entry("{{ range .Nothing }}x{{ else }}none{{ end }}", "none"),
            Map.entry("{{ range $m := .Messages }}{{ $m.Content }},{{ end }}", "a,b,c,"),
            Map.entry(
                "{{ range $i, $m := .Messages }}{{ $i }}{{ .Role }} {{ end }}",
                "0user 1assistant 2user "),
            Map.entry(
                "{{ range .Messages }}{{ if eq .Content \"b\" }}{{ break }}{{ end }}"
                    + "{{ .Content }}{{ end }}",
                "a"),
            Map.entry(
                "{{ range .Messages }}{{ if eq .Content \"b\" }}{{ continue }}{{ end }}"
                    + "{{ .Content }}{{ end }}",
                "ac"),
            Map.entry("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
            Map.entry("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
            Map.entry(
                "{{ eq \"a\" \"b\" \"a\" }} {{ ne 1 2 }} {{ lt 1 2 }} {{ ge 1 2 }}",
                "true true true false"),
            Map.entry("{{ and 1 \"\" 2 }}|{{ or 0 \"x\" }}|{{ not 0 }}", "|x|true"),
            Map.entry("{{ len .Messages }} {{ len \"한\" }}", "3 3"),
            Map.entry("{{ (index .Messages 1).Content }}", "b"),
            Map.entry("{{ slice \"abcdef\" 1 3 }}", "bc"),
            Map.entry("{{ range slice .Messages 1 }}{{ .Content }}{{ end }}", "bc"),
            Map.entry("{{ printf \"%s=%d %q %v%%\" \"a\" 7 \"b\" true }}", "a=7 \"b\" true%"),
            Map.entry("{{ \"x\" | printf \"%s-%s\" \"y\" }}", "y-x"),
            Map.entry("{{ print 1 2 \"a\" \"b\" 3 }}", "1 2a b3".replace("a b", "ab")),
            Map.entry("{{ json .System }}{{ .System | json }}", "\"Be kind.\"\"Be kind.\""),
            Map.entry("{{ json \"<a&b>\" }}", "\"\\u003ca\\u0026b\\u003e\""),
            Map.entry("{{ `raw\\n` }}{{ \"\\u00e9\\t\" }}{{ 'a' }}", "raw\\né\t97"),
            Map.entry(
                "{{ define \"t\" }}<{{ .Content }}>{{ end }}"
                    + "{{ range .Messages }}{{ template \"t\" . }}{{ end }}",
                "<a><b><c>"),
            Map.entry("{{ block \"b\" .System }}[{{ . }}]{{ end }}", "[Be kind.]"),
            Map.entry(
                "{{ if and (eq .System \"Be kind.\") (gt (len .Messages) 2) }}y{{ end }}", "y"),
            Map.entry("{{ range .Messages }}{{ $.System }}{{ end }}", "Be kind.Be kind.Be kind."),
            Map.entry("{{ if .No }}1{{ else if .System }}2{{ else }}3{{ end }}", "2"));
    cases.forEach((template, expected) ->
        assertThat(run(template, data("a", "b", "c"))).as(template).isEqualTo(expected));
  }

  @Test
  void keepsWhoSaidEachCharacter() {
    Map<String, String> cases =
        Map.of(
            "<{{ .P }}>", "<(a\"b)>",
            "{{ json .P }}", "\"(a\\\"b)\"",
            "{{ printf \"%s|%q\" .P .P }}", "(a\"b)|\"(a\\\"b)\"",
            "{{ print .P \"x\" }}", "(a\"b)x",
            "{{ slice .P 1 }}", "(\"b)",
            "{{ $x := .P }}{{ with $x }}{{ . }}.{{ end }}", "(a\"b).",
            "{{ or \"\" .P }}", "(a\"b)");
    Value data = Value.ofTemplate(Map.of("P", Value.ofPerson("a\"b")));
    cases.forEach((template, expected) ->
        assertThat(
                GoTemplate.parse(template).render(data).stream()
                    .map(s -> s.template() ? s.text() : "(" + s.text() + ")")
                    .collect(Collectors.joining()))
            .as(template)
            .isEqualTo(expected));
  }

  @Test
  void refusesWhatGoRefuses() {
    for (String template :
        List.of(
            "{{ if }}x{{ end }}",
            "{{ if .X }}",
            "{{ end }}",
            "{{ else }}",
            "{{ .X",
            "{{ $x = 1 }}",
            "{{ $x }}",
            "{{ break }}",
            "{{ unknown 1 }}",
            "{{ index .Messages 9 }}",
            "{{ slice .Messages 9 }}",
            "{{ slice \"한\" 1 }}",
            "{{ eq 1 \"a\" }}",
            "{{ 1 2 }}",
            "{{ .System.Name }}",
            "{{ template \"none\" }}",
            "{{ \"a }}")) {
      assertThatThrownBy(() -> run(template, data("a")))
          .as(template)
          .isInstanceOf(TemplateException.class);
    }
  }

  private static String run(String template, Value data) {
    return GoTemplate.parse(template).render(data).stream()
        .map(Span::text)
        .collect(Collectors.joining());
  }
}
