package hanok.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelfileTest {
  private static final String LG =
      """
      # EXAONE's own
      from exaone3.5:7.8b
      Parameter stop "[|endofturn|]"
      PARAMETER stop [|user|]
      PARAMETER repeat_penalty 1.0
      PARAMETER num_ctx 4096
      PARAMETER low_vram true

      TEMPLATE \"""{{ range .Messages }}
      "{{ .Content }}"
      {{ end }}\"""
      SYSTEM "You are EXAONE model from LG AI Research, a helpful assistant."
      MESSAGE user 안녕
      MESSAGE assistant \"""안녕하세요!
      무엇을 도와 드릴까요?\"""
      license \"""one
      two
      \"""
      LICENSE three
      REQUIRES 0.5.0
      """;

  private static void assertRefused(String text, String reason) {
    assertThatThrownBy(() -> Modelfile.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void readsEveryCommand() {
    Modelfile file = Modelfile.parse(LG);
    assertThat(file.from()).isEqualTo("exaone3.5:7.8b");
    assertThat(file.template()).contains("{{ range .Messages }}\n\"{{ .Content }}\"\n{{ end }}");
    assertThat(file.system())
        .contains("You are EXAONE model from LG AI Research, a helpful assistant.");
    assertThat(file.parameters())
        .containsEntry("stop", List.of("[|endofturn|]", "[|user|]"))
        .containsEntry("repeat_penalty", 1.0)
        .containsEntry("num_ctx", 4096L)
        .containsEntry("low_vram", true);
    assertThat(file.messages())
        .containsExactly(
            new StoredModel.Turn("user", "안녕"),
            new StoredModel.Turn("assistant", "안녕하세요!\n무엇을 도와 드릴까요?"));
    assertThat(file.licenses()).containsExactly("one\ntwo\n", "three");
    assertThat(file.adapters()).isEmpty();
  }

  @Test
  void writesWhatItReads() {
    Modelfile file = Modelfile.parse(LG);
    Modelfile again = Modelfile.parse(file.text());
    assertThat(commands(again)).isEqualTo(commands(file));
    Modelfile windows = Modelfile.parse("\uFEFF" + LG.replace("\n", "\r\n"));
    assertThat(commands(windows)).isEqualTo(commands(file));
  }

  private static List<String> commands(Modelfile file) {
    return file.commands().stream().map(c -> c.keyword() + "=" + c.text()).toList();
  }

  @Test
  void mistakesNameTheirLine() {
    assertRefused("FROM x\nFORM y", "line 2 of the Modelfile: there is no command \"FORM\"");
    assertRefused("FROM x\n\n#\nPARAMETER temprature 1", "line 4");
    assertRefused("FROM x\nPARAMETER temprature 1", "there is no parameter \"temprature\"");
    assertRefused("FROM x\nPARAMETER top_k 1.5", "parameter top_k must be an integer");
    assertRefused("FROM x\nPARAMETER temperature NaN", "must be a number");
    assertRefused("FROM x\nPARAMETER use_mmap maybe", "must be true or false");
    assertRefused("FROM x\nMESSAGE robot hi", "system, user or assistant");
    assertRefused("FROM x\nSYSTEM \"\"\"a\nb", "line 2 of the Modelfile: the text that begins");
    assertRefused("FROM x\nSYSTEM", "SYSTEM needs something");
    assertRefused("FROM", "FROM needs something");
    assertRefused("SYSTEM x", "needs a FROM line");
    assertRefused("", "needs a FROM line");
    assertRefused("FROM x\n" + "\u0007".repeat(100_000), "there is no command");
  }

  @Test
  void everyTextThatHasASpellingSurvivesIt() {
    Random random = new Random(3);
    List<String> pieces = List.of("\"", "\"\"\"", "a", " ", "\n", "\t", "#", "한", "{{ }}", "FROM");
    int written = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder("x");
      for (int j = random.nextInt(8); j > 0; j--) {
        text.insert(random.nextInt(text.length() + 1), pieces.get(random.nextInt(pieces.size())));
      }
      List<Modelfile.Command> commands = new ArrayList<>();
      commands.add(new Modelfile.Command("FROM", "base", 0));
      commands.add(new Modelfile.Command("SYSTEM", text.toString(), 0));
      commands.add(new Modelfile.Command("PARAMETER stop", "end", 0));
      String file;
      try {
        file = new Modelfile(commands).text();
      } catch (IllegalArgumentException e) {
        assertThat(text.toString()).contains("\"");
        continue;
      }
      written++;
      Modelfile read = Modelfile.parse(file);
      assertThat(read.system()).as(file).contains(text.toString());
      assertThat(read.parameters()).containsEntry("stop", List.of("end"));
    }
    assertThat(written).isGreaterThan(25_000);
  }

  @Test
  void noiseIsReadOrRefusedWithASentence() {
    Random random = new Random(5);
    List<String> pieces =
        List.of(
            "FROM ",
            "SYSTEM ",
            "PARAMETER ",
            "MESSAGE ",
            "stop ",
            "user ",
            "\"",
            "\"\"\"",
            "\n",
            "\r\n",
            " ",
            "x",
            "\u0000",
            "#",
            "1e999",
            "가",
            "TEMPLATE\t",
            "ADAPTER ");
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "FROM a\n" : "");
      for (int j = random.nextInt(12); j > 0; j--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      try {
        Modelfile file = Modelfile.parse(text.toString());
        assertThat(file.from()).isNotNull();
        read++;
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\u0000");
      }
    }
    assertThat(read).isGreaterThan(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x", "./x", "../x", "~/x", "x.gguf", "a/b.gguf"})
  void aPathIsAFileOnlyWhereFilesAreAllowed(String from) {
    Modelfile file = Modelfile.parse("FROM " + from);
    ModelName name = ModelName.parse("n");
    Path here = Path.of("/here");
    assertThat(CreateRequest.of(name, file, here, true, Optional.empty()).source())
        .isInstanceOf(CreateRequest.FromFile.class);
    assertThatThrownBy(() -> CreateRequest.of(name, file, here, false, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a file");
  }

  @ParameterizedTest
  @CsvSource({"exaone3.5:2.4b", "hf.co/a/b:Q4_0", "me/x"})
  void anythingElseIsAName(String from) {
    assertThat(CreateRequest.source(from, Path.of("/"), false))
        .isEqualTo(new CreateRequest.FromModel(ModelName.parse(from)));
  }

  @Test
  void jsonValuesHaveTheTypesOfTheirParameters() {
    assertThat(Parameters.typed("top_k", 40)).isEqualTo(40L);
    assertThat(Parameters.typed("top_k", 40.0)).isEqualTo(40L);
    assertThat(Parameters.typed("temperature", 1)).isEqualTo(1.0);
    assertThat(Parameters.typed("stop", "x")).isEqualTo(List.of("x"));
    assertThat(Parameters.typed("stop", List.of("x", "y"))).isEqualTo(List.of("x", "y"));
    assertThat(Parameters.typed("numa", false)).isEqualTo(false);
    for (Object wrong : List.of(1.5, "x", true, List.of(1), Double.NaN)) {
      assertThatThrownBy(() -> Parameters.typed("top_k", wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Parameters.typed("stop", List.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
