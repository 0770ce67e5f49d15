package hanok.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {

  @ParameterizedTest
  @CsvSource({
    "exaone3.5, registry.ollama.ai/library/exaone3.5:latest, exaone3.5:latest",
    "exaone3.5:7.8b, registry.ollama.ai/library/exaone3.5:7.8b, exaone3.5:7.8b",
    "me/exaone, registry.ollama.ai/me/exaone:latest, me/exaone:latest",
    "hf.co/LGAI-EXAONE/EXAONE-3.5-2.4B-Instruct-GGUF:Q4_K_M,"
        + " hf.co/LGAI-EXAONE/EXAONE-3.5-2.4B-Instruct-GGUF:Q4_K_M,"
        + " hf.co/LGAI-EXAONE/EXAONE-3.5-2.4B-Instruct-GGUF:Q4_K_M",
    "https://localhost:5000/a/b, localhost:5000/a/b:latest, localhost:5000/a/b:latest",
    "registry.ollama.ai/library/x:1, registry.ollama.ai/library/x:1, x:1",
    "library/x, registry.ollama.ai/library/x:latest, x:latest",
  })
  void readsNamesAsOllamaDoes(String text, String whole, String shortest) {
    ModelName name = ModelName.parse(text);
    assertThat(name).hasToString(whole);
    assertThat(name.shortest()).isEqualTo(shortest);
    assertThat(ModelName.parse(whole)).isEqualTo(name);
    assertThat(ModelName.parse(shortest)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "/",
        "x:",
        ":x",
        "..",
        "../x",
        "a/../b",
        "x:..",
        "a/b/c/d",
        "a//b",
        "/etc/passwd",
        ".x",
        "-x",
        "x y",
        "x\u0000",
        "한옥",
        "a/b:c/d",
        "http://a/b/c",
        "a.b/x",
        "x:a:b",
        "x@sha256",
        "x\\y",
        "~/x",
        "x%2e%2e",
        "file:///etc/passwd",
        "x:\n"
      })
  void refusesWhatIsNoName(String text) {
    assertThatThrownBy(() -> ModelName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not the name of a model")
        .hasMessageNotContaining("\n");
  }

  @Test
  void partsHaveTheLengthsOfOllama() {
    assertThat(ModelName.parse("a".repeat(80)).model()).hasSize(80);
    assertThatThrownBy(() -> ModelName.parse("a".repeat(81))).hasMessageContaining("1 to 80");
    assertThat(ModelName.parse("h".repeat(350) + "/n/m").host()).hasSize(350);
    assertThatThrownBy(() -> ModelName.parse("h".repeat(351) + "/n/m"))
        .hasMessageContaining("1 to 350");
    assertThatThrownBy(() -> ModelName.parse("x".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void theCaseOfLettersDoesNotTellNamesApart() {
    ModelName name = ModelName.parse("HF.co/Me/Model:Q4_K_M");
    assertThat(name).isEqualTo(ModelName.parse("hf.co/me/model:q4_k_m"));
    assertThat(name).hasSameHashCodeAs(ModelName.parse("hf.co/me/model:q4_k_m"));
    assertThat(name).isNotEqualTo(ModelName.parse("hf.co/me/model:q4_k_s"));
    assertThat(name).hasToString("HF.co/Me/Model:Q4_K_M");
    assertThat(name.isHub()).isTrue();
    assertThat(ModelName.parse("huggingface.co/a/b").isHub()).isTrue();
    assertThat(ModelName.parse("nothf.co/a/b").isHub()).isFalse();
  }

  @Test
  void noNameThatIsAcceptedLeadsOutOfAFolder() {
    Random random = new Random(7);
    String alphabet = "aB0_-.:/\\~ %\u0000\u202e가";
    Path root = Path.of("/store/manifests");
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(12);
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      ModelName name;
      try {
        name = ModelName.parse(text.toString());
      } catch (IllegalArgumentException e) {
        continue;
      }
      accepted++;
      Path path =
          root.resolve(name.host())
              .resolve(name.namespace())
              .resolve(name.model())
              .resolve(name.tag());
      assertThat(path.normalize()).isEqualTo(path);
      assertThat(path.getNameCount()).isEqualTo(root.getNameCount() + 4);
      assertThat(ModelName.parse(name.toString())).isEqualTo(name);
    }
    assertThat(accepted).isGreaterThan(1000);
  }

  @Test
  void everyShortNameLeadsToARepositoryOfTheHub() {
    ModelName latest = ModelName.parse("exaone3.0");
    assertThat(ShortNames.source(latest))
        .isEqualTo(ModelName.parse("hf.co/bartowski/EXAONE-3.0-7.8B-Instruct-GGUF:Q4_K_M"));
    assertThat(ShortNames.source(ModelName.parse("exaone3.0:7.8b-instruct-q8_0")).tag())
        .isEqualTo("Q8_0");
    ModelName ollamas = ModelName.parse("exaone3.5:2.4b");
    assertThat(ShortNames.source(ollamas)).isEqualTo(ollamas);
  }
}
