package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import hanok.gguf.MalformedModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCountersTest {
  @TempDir Path folder;

  /** The ranks that jtokkit brings along, as a file. */
  private Path ranks(String name) throws IOException {
    Path file = folder.resolve(name + ".tiktoken");
    try (InputStream in =
        Objects.requireNonNull(Encodings.class.getResourceAsStream(name + ".tiktoken"))) {
      Files.copy(in, file);
    }
    return file;
  }

  @ParameterizedTest
  @CsvSource({"cl100k_base, llama-bpe", "r50k_base, gpt-2"})
  void ranksOfAFileEncodeAsJtokkitDoes(String name, String rule) throws IOException {
    TokenCounter oracle = TokenCounters.named(name);
    TokenCounter ours = TokenCounters.load(ranks(name), "ours", rule);
    Random random = new Random(3);
    String[] parts = {
      "나는 ", "학교", "에서", " house", "'s", "aaaa", "\n", "  ", "12345", "é", "🏠", "!!"
    };
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(30); part >= 0; part--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      text.append('.');
      assertThat(ours.encode(text.toString()))
          .as(text.toString())
          .isEqualTo(oracle.encode(text.toString()));
    }
    assertThat(ours.vocab()).isEqualTo(oracle.vocab());
  }

  @Test
  void namedTokenizersSpellWhatTheyEncode() {
    String text = "한옥은 나무로 짓는다. <|endoftext|> A house, 1234 🏠\n";
    for (String name : TokenCounters.NAMES) {
      TokenCounter counter = TokenCounters.named(name);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int id : counter.encode(text)) {
        bytes.writeBytes(counter.bytes(id));
      }
      assertThat(bytes.toString(UTF_8)).isEqualTo(text);
      assertThat(counter.name()).isEqualTo(name);
    }
    assertThat(TokenCounters.named("cl100k_base").vocab()).isEqualTo(100_256);
    assertThatThrownBy(() -> TokenCounters.named("cl100k"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cl100k");
  }

  @Test
  void ranksThatAreNoneAreRefusedWithTheirLine() {
    refused("", "has no tokens");
    refused("YQ== 0\nhello\n", "line 2 is not a token in Base64");
    refused("YQ== 0\nYg== x\n", "line 2 is not a token in Base64");
    refused("Y 0\n", "line 1 is not a token in Base64");
    refused("YQ== 0\nYg== 0\n", "line 2 has the id 0 again");
    refused("YQ== -1\n", "line 1 has the id -1");
    refused("YQ== 99999999\n", "line 1 has the id 99999999, which is not in [0, 16777216)");
    refused(" 0\n", "line 1 has an empty token");
    refused("YQ== 0\n", "has no token for the byte 0x00");
  }

  private void refused(String content, String reason) {
    Path file = folder.resolve("bad.tiktoken");
    assertThatThrownBy(
            () -> {
              Files.writeString(file, content);
              TokenCounters.load(file, "bad", "exaone");
            })
        .isInstanceOf(MalformedModelException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }
}
