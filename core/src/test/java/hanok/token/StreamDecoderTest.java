package hanok.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamDecoderTest {
  private final Tokenizer tokenizer = Tokenizer.load(Path.of("..", "golden", "exaone-a-Q2_K.gguf"));

  @Test
  void piecesAddUpToTheWholeAndHoldNoHalfCharacter() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      int[] ids = random.ints(1 + random.nextInt(12), 4, 360).toArray();
      StreamDecoder stream = tokenizer.stream(List.of());
      StringBuilder text = new StringBuilder();
      for (int id : ids) {
        String piece = stream.add(id);
        assertThat(piece.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)).isTrue();
        text.append(piece);
      }
      text.append(stream.finish());
      int[] spoken = Arrays.stream(ids).filter(id -> !tokenizer.isControl(id)).toArray();
      assertThat(text.toString()).isEqualTo(tokenizer.decode(spoken));
    }
  }

  @Test
  void controlTokensAreNoText() {
    StreamDecoder stream = tokenizer.stream(List.of());
    assertThat(stream.add(361)).isEmpty();
    assertThat(stream.add(tokenizer.encode("a")[0])).isEqualTo("a");
  }

  @Test
  void hangulComesSyllableBySyllable() {
    StreamDecoder stream = tokenizer.stream(List.of());
    for (int id : tokenizer.encode("쓰면 가나다 😀")) {
      assertThat(stream.add(id)).doesNotContain("\uFFFD");
    }
    assertThat(stream.finish()).isEmpty();
  }

  @Test
  void stopsAtAStopStringOverTokenBorders() {
    String text = "하나, 둘, 셋, 넷";
    for (String stop : List.of("셋", ", 셋", "둘, 셋, ", "넷")) {
      assertThat(run(text, List.of(stop))).isEqualTo(text.substring(0, text.indexOf(stop)));
    }
  }

  @Test
  void stopsAtTheFirstOfSeveral() {
    assertThat(run("abcdef", List.of("ef", "cd", "zz"))).isEqualTo("ab");
  }

  @Test
  void givesBackWhatOnlyBeganLikeAStopString() {
    assertThat(run("ab[|end", List.of("[|endofturn|]"))).isEqualTo("ab[|end");
    assertThat(run("aab", List.of("aac", ""))).isEqualTo("aab");
  }

  @Test
  void holdsBackNoMoreThanItMust() {
    StreamDecoder stream = tokenizer.stream(List.of("xyz"));
    assertThat(stream.add(tokenizer.encode("a")[0])).isEqualTo("a");
    assertThat(stream.add(tokenizer.encode("x")[0])).isEmpty();
    assertThat(stream.add(tokenizer.encode("b")[0])).isEqualTo("xb");
  }

  private String run(String text, List<String> stops) {
    StreamDecoder stream = tokenizer.stream(stops);
    StringBuilder out = new StringBuilder();
    for (int id : tokenizer.encode(text)) {
      out.append(stream.add(id));
    }
    assertThat(stream.stopped())
        .isEqualTo(stops.stream().anyMatch(s -> !s.isEmpty() && text.contains(s)));
    return out.append(stream.finish()).toString();
  }
}
