package hanok.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Templates are programs of other people: none may take long, much memory or the stack. */
@Timeout(120)
class LimitsTest {
  private static final int DEEP = 100_000;
  private static final String SIGNS = "{}%#()[]|.'\"-~ \n$:=0";

  @Test
  void hostileTemplatesOfJinjaEndSoonInOneSentence() {
    List<String> hostile =
        List.of(
            "{{ " + "(".repeat(DEEP) + "1" + ")".repeat(DEEP) + " }}",
            "{{ " + "[".repeat(DEEP) + "]".repeat(DEEP) + " }}",
            "{{ " + "{1:".repeat(DEEP) + "1" + "}".repeat(DEEP) + " }}",
            "{{ " + "not ".repeat(DEEP) + "1 }}",
            "{{ " + "- ".repeat(DEEP) + "1 }}",
            "{{ 1" + " + 1".repeat(DEEP) + " }}",
            "{{ 1" + " and 1".repeat(DEEP) + " }}",
            "{{ 1" + " if 1 else 1".repeat(DEEP) + " }}",
            "{{ x" + ".a".repeat(DEEP) + " }}",
            "{{ 'a'" + "|upper".repeat(DEEP) + " }}",
            "{{ x" + "()".repeat(DEEP) + " }}",
            "{{ x" + "[0]".repeat(DEEP) + " }}",
            "{% if 1 %}".repeat(DEEP),
            "{% for i in [1] %}".repeat(DEEP) + "{% endfor %}".repeat(DEEP),
            "{% set (" + "(".repeat(DEEP) + "a" + ")".repeat(DEEP) + ") = 1 %}",
            "{{ range(10**9) }}",
            "{{ range(10**9)|length }}",
            "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            "{% set ns = namespace(x='a') %}{% for i in range(99) %}"
                + "{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
            "{% set ns = namespace(x=['a']) %}{% for i in range(99) %}"
                + "{% set ns.x = ns.x + ns.x %}{% endfor %}",
            "{% set ns = namespace(x=['a']) %}{% for i in range(90) %}"
                + "{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
            "{% set ns = namespace(x=['a'], y=['a']) %}{% for i in range(90) %}"
                + "{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}"
                + "{{ ns.x == ns.y }}",
            "{% set ns = namespace(x=['a']) %}{% for i in range(9999) %}"
                + "{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
            "{{ 9 ** 9 ** 9 }}",
            "{{ 99999999999999999999 }}",
            "{{ 'a' * 10**9 }}",
            "{{ [1] * 10**9 }}",
            "{{ '' * 10**18 ~ ('ab' * 10**6).count('b' * 10**6) * 10**18 }}",
            "{% set a = 'a' * 4000000 %}{% for i in range(9999) %}{{ (a + 'b') == a }}{% endfor %}",
            "{% set a = 'a' * 2000000 %}{{ (a ~ a) is in (a ~ 'b') }}"
                + "{{ a.replace('a' * 99999 ~ 'b', '') }}",
            "{{ 'x'|indent(10**9) }}{{ 'x'.ljust(10**9) }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro m(a) %}{{ m(a) }}{{ m(a) }}{% endmacro %}{{ m(1) }}",
            "{{ 'é%s' % ([1] * 99999)|map('string')|list|sort|join('x' * 999) }}",
            "{{ '%.999999999f' % 1.5 }}",
            "{{ 1.0|round(10**9) ~ raise_exception('end') }}",
            "{{ strftime_now('%Y' * 10**6) }}");
    for (String template : hostile) {
      endsSoon(template, source -> JinjaTemplate.parse(source).render(Map.of()));
    }
  }

  @Test
  void hostileTemplatesOfGoEndSoonInOneSentence() {
    List<String> hostile =
        List.of(
            "{{ " + "(".repeat(DEEP) + "1" + ")".repeat(DEEP) + " }}",
            "{{ if 1 }}".repeat(DEEP),
            "{{ if 0 }}" + "{{ else if 0 }}".repeat(DEEP) + "{{ end }}",
            "{{ $" + ".A".repeat(DEEP) + " }}",
            "{{ range 99999 }}{{ range 99999 }}{{ end }}{{ end }}",
            "{{ range 999999999 }}{{ end }}",
            "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}",
            "{{ $x := \"aa\" }}{{ range 99 }}{{ $x = print $x $x }}{{ end }}",
            "{{ range 9999 }}{{ printf \"%s\" (json \"" + "<".repeat(99_999) + "\") }}{{ end }}");
    for (String template : hostile) {
      endsSoon(template, source -> GoTemplate.parse(source).render(Value.ofTemplate(Map.of())));
    }
  }

  private static void endsSoon(String template, Consumer<String> run) {
    String shown = template.substring(0, Math.min(99, template.length()));
    long start = System.nanoTime();
    List<Throwable> thrown = new ArrayList<>();
    Thread thread = new Thread(null, () -> run.accept(template), "small stack", 512 << 10);
    thread.setUncaughtExceptionHandler((t, e) -> thrown.add(e));
    thread.start();
    try {
      thread.join(Duration.ofSeconds(20));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(thread.isAlive()).as(shown + " still runs").isFalse();
    assertThat(thrown).as(shown).hasSize(1);
    assertThat(thrown.getFirst()).as(shown).isInstanceOf(TemplateException.class);
    assertThat(thrown.getFirst().getMessage()).as(shown).startsWith("template line ");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as(shown)
        .isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aTemplateThatIsTooLongIsRefused() {
    String source = "a".repeat((1 << 20) + 1);
    assertThatThrownBy(() -> JinjaTemplate.parse(source))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("1048576")
        .hasMessageContaining("1048577");
    assertThatThrownBy(() -> GoTemplate.parse(source)).isInstanceOf(TemplateException.class);
  }

  @Test
  void anErrorNamesItsLineAndColumn() {
    assertThatThrownBy(() -> JinjaTemplate.parse("a\n  {{ ) }}"))
        .isInstanceOfSatisfying(
            TemplateException.class,
            e -> {
              assertThat(e.line()).isEqualTo(2);
              assertThat(e.column()).isEqualTo(6);
            });
    assertThatThrownBy(() -> JinjaTemplate.parse("a\n{{ 1 }}\n {{ 2 + none }}").render(Map.of()))
        .isInstanceOf(TemplateException.class)
        .hasMessage("template line 3, column 7: no + between int and None");
    assertThatThrownBy(() -> GoTemplate.parse("a\n{{ .X.Y }}").render(Value.ofTemplate(Map.of())))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void nothingReachesIntoJava() {
    for (String probe :
        List.of(
            "messages.__class__",
            "''.__class__.__mro__",
            "messages.class",
            "''['class']",
            "messages.values",
            "namespace.__init__",
            "self",
            "loop")) {
      String out = Recorded.run("{{ " + probe + " }}", Map.of("messages", Value.ofPerson("x")));
      assertThat(out)
          .as(probe)
          .satisfiesAnyOf(
              text -> assertThat(text).isEmpty(),
              text -> assertThat(text).startsWith("ERROR template"));
    }
  }

  @Test
  void mutatedTemplatesRunOrEndInTheirException() {
    Random random = new Random(20260102);
    List<String> sources = new ArrayList<>();
    for (String name :
        List.of("llama2", "llama3", "qwen", "gemma", "mistral", "command-r", "alpaca")) {
      sources.add(Recorded.resource("jinja/" + name + ".jinja"));
    }
    Map<String, Value> variables =
        Recorded.variables(Recorded.lines("conversations.jsonl").getFirst().get("variables"));
    int good = 0;
    for (int i = 0; i < 10_000; i++) {
      String source = mutate(sources.get(i % sources.size()), sources, random);
      String out = Recorded.run(source, variables);
      good += out.startsWith("ERROR") ? 0 : 1;
    }
    assertThat(good).isBetween(100, 9_900);
  }

  @Test
  void mutatedGoTemplatesRunOrEndInTheirException() {
    Random random = new Random(20260103);
    List<String> sources = GoTemplateTest.TEMPLATES;
    Value data = GoTemplateTest.data("hi", "hello", "bye");
    int good = 0;
    for (int i = 0; i < 10_000; i++) {
      String source = mutate(sources.get(i % sources.size()), sources, random);
      try {
        GoTemplate.parse(source).render(data);
        good++;
      } catch (TemplateException e) {
        assertThat(e.getMessage()).startsWith("template line ");
      }
    }
    assertThat(good).isBetween(100, 9_900);
  }

  private static String mutate(String source, List<String> others, Random random) {
    StringBuilder text = new StringBuilder(source);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(20));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.setCharAt(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
        case 2 -> text.insert(at, text.substring(at, end));
        default -> {
          String other = others.get(random.nextInt(others.size()));
          int from = random.nextInt(other.length());
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(20)));
        }
      }
      if (text.isEmpty()) {
        return source;
      }
    }
    return text.toString();
  }
}
