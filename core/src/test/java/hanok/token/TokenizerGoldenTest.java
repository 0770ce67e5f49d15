package hanok.token;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Our ids against those that llama.cpp gave. */
class TokenizerGoldenTest {
  private static final Path GOLDEN = Path.of("..", "golden");

  private final Tokenizer tokenizer = Tokenizer.load(GOLDEN.resolve("exaone-a-Q2_K.gguf"));

  @Test
  void idsAreThoseOfLlamaCppAndDecodeToTheText() throws IOException {
    List<String> lines = Files.readAllLines(GOLDEN.resolve("exaone-a-tokenize.jsonl"));
    assertThat(lines).hasSize(16);
    for (String line : lines) {
      JsonNode golden = JsonMapper.shared().readTree(line);
      String text = golden.get("text").stringValue();
      int[] expected = JsonMapper.shared().convertValue(golden.get("ids"), int[].class);
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(expected);
      assertThat(tokenizer.decode(expected)).isEqualTo(text);
    }
  }

  @Test
  void knowsItsSpecialTokens() {
    assertThat(tokenizer.vocab()).isEqualTo(1536);
    assertThat(tokenizer.bos()).hasValue(1);
    assertThat(tokenizer.eos()).hasValue(361);
    assertThat(tokenizer.addsBos()).isFalse();
    assertThat(tokenizer.isEndOfGeneration(361)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(1)).isFalse();
    assertThat(tokenizer.isControl(361)).isTrue();
    assertThat(tokenizer.isControl(400)).isFalse();
    assertThat(tokenizer.text(361)).isEqualTo("[|endofturn|]");
  }

  @Test
  void writesTheMetadataThatItWasReadFrom() {
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("exaone-a-Q2_K.gguf"))) {
      tokenizer
          .ggufMetadata()
          .forEach((key, value) -> {
            if (file.metadata().has(key)) {
              assertThat(value)
                  .as(key)
                  .usingRecursiveComparison()
                  .isEqualTo(file.metadata().values().get(key));
            }
          });
      assertThat(tokenizer.ggufMetadata().keySet())
          .contains("tokenizer.ggml.tokens", "tokenizer.ggml.merges", "tokenizer.ggml.pre");
    }
  }
}
