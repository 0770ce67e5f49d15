package hanok.token.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoriSegmenterTest {
  private static final String KOREAN = "은는이가를을 하다고서한국어\n\t";

  private final MorphemeSegmenter segmenter = new NoriSegmenter();

  @Test
  void wordsAreCutWhereTheirMorphemesMeet() {
    assertThat(morphemes("한국어를 공부하였다.")).containsExactly("한국어", "를", " ", "공부", "하", "였", "다", ".");
    assertThat(morphemes("학교에서는")).containsExactly("학교", "에서", "는");
    assertThat(segmenter.cuts("")).isEmpty();
    assertThat(segmenter.cuts("집")).isEmpty();
  }

  @Test
  void morphemesTileAnyText() {
    Random random = new Random(5);
    for (int n = 0; n < 10_000; n++) {
      requireTiling(text(random));
    }
  }

  /** The dictionary's words end far before: what is looked at again does not grow with the text. */
  @ParameterizedTest
  @ValueSource(strings = {"가", "!", "🏠", "\ud800", "아버지가방에들어가신다"})
  @Timeout(60)
  void aTextWithoutASpaceTakesLinearTime(String unit) {
    String text = unit.repeat(10_000 / unit.length());
    requireTiling(text); // warm
    long once = cpuNanos(text);
    long fourTimes = cpuNanos(text.repeat(4));

    // Quadratic would be 16; what is too short to be told from noise is fast enough.
    assertThat(fourTimes).isLessThan(Math.max(10 * once, Duration.ofMillis(200).toNanos()));
  }

  @Test
  void segmentersOfSeveralThreadsCutAlike() throws Exception {
    Random random = new Random(8);
    List<String> texts = IntStream.range(0, 500).mapToObj(i -> text(random)).toList();
    List<int[]> expected = texts.stream().map(segmenter::cuts).toList();
    Callable<List<int[]>> task =
        () -> {
          MorphemeSegmenter own = new NoriSegmenter();
          return texts.stream().map(own::cuts).toList();
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<List<int[]>> result : threads.invokeAll(List.of(task, task, task, task))) {
        assertThat(result.get()).usingRecursiveComparison().isEqualTo(expected);
      }
    }
  }

  private List<String> morphemes(String text) {
    int[] cuts = segmenter.cuts(text);
    return IntStream.rangeClosed(0, cuts.length)
        .mapToObj(i ->
            text.substring(i == 0 ? 0 : cuts[i - 1], i == cuts.length ? text.length() : cuts[i]))
        .toList();
  }

  /** Cuts rise within the text, and none parts a surrogate pair. */
  private void requireTiling(String text) {
    int before = 0;
    for (int cut : segmenter.cuts(text)) {
      boolean inPair =
          cut > 0
              && cut < text.length()
              && Character.isSurrogatePair(text.charAt(cut - 1), text.charAt(cut));
      if (cut <= before || cut >= text.length() || inPair) {
        throw new AssertionError("cut %d after %d in \"%s\"".formatted(cut, before, text));
      }
      before = cut;
    }
  }

  private long cpuNanos(String text) {
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long start = thread.getCurrentThreadCpuTime();
    requireTiling(text);
    return thread.getCurrentThreadCpuTime() - start;
  }

  private static String text(Random random) {
    int kind = random.nextInt(6);
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      text.appendCodePoint(
          switch (kind) {
            case 0 -> 0xAC00 + random.nextInt(11_172); // Hangul syllables
            case 1 -> random.nextInt(Character.MAX_CODE_POINT + 1);
            case 2 -> random.nextInt(128);
            case 3 -> 0x1F300 + random.nextInt(0x300); // emoji
            case 4 -> 0xD800 + random.nextInt(0x800); // halves of surrogate pairs
            default ->
                random.nextBoolean()
                    ? KOREAN.charAt(random.nextInt(KOREAN.length()))
                    : 0x1100 + random.nextInt(256); // letters that syllables are made of
          });
    }
    return text.toString();
  }
}
