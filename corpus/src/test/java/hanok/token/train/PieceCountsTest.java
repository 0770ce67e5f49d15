package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.corpus.DocumentOptions;
import hanok.gguf.MalformedModelException;
import hanok.model.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PieceCountsTest {
  private static final PieceCounts.Cut CUT =
      new PieceCounts.Cut("exaone", Layout.EXAONE.literals(), DocumentOptions.DEFAULT);
  private static final String[] WORDS = {
    "나는", "학교에", "갔다", "영화", "재미있다", "the", "model's", "answer", "12", "(x)", "  ", "\n"
  };

  @TempDir Path folder;

  private Path corpus(String name, int documents, int seed) throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      StringBuilder text = new StringBuilder();
      for (int w = random.nextInt(200); w > 0; w--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(3) == 0 ? "" : " ");
      }
      String quoted = text.toString().replace("\n", "\\n");
      lines.add("{\"lang\":\"%s\",\"text\":\"%s\"}".formatted(i % 3 == 0 ? "en" : "ko", quoted));
    }
    return Files.write(folder.resolve(name), lines);
  }

  private PieceCounts count(List<Path> files, int threads, @Nullable Path keep) {
    return new PieceCounter(files, CUT, threads, keep).count(Progress.NONE, () -> false);
  }

  private static Map<String, Long> pieces(PieceCounts counts) {
    Map<String, Long> all = new TreeMap<>();
    counts
        .languages()
        .forEach(language -> {
          PieceTable pieces = language.getValue().pieces();
          for (int i = 0; i < pieces.size(); i++) {
            String piece = new String(pieces.bytes(i), UTF_8);
            all.put(language.getKey() + ":" + piece, pieces.value(i));
          }
        });
    return all;
  }

  @Test
  void aTextIsCutAroundLiteralTokensAsAnEncoderCutsIt() {
    PieceCounts counts = new PieceCounts(CUT);
    counts.add("ko", "나는  나는 12\t\tPI:URL's 나는");
    assertThat(pieces(counts))
        .isEqualTo(
            Map.of("ko:나는", 2L, "ko: 나는", 1L, "ko: ", 1L, "ko:1", 1L, "ko:2", 1L, "ko:'s", 1L));
  }

  @Test
  void numberOfThreadsDoesNotMatter() throws IOException {
    List<Path> files = List.of(corpus("a.jsonl", 3000, 1), corpus("b.jsonl", 3000, 2));
    count(files, 1, folder.resolve("one"));
    count(files, 5, folder.resolve("five"));
    assertThat(folder.resolve("five")).hasSameBinaryContentAs(folder.resolve("one"));
  }

  @Test
  void whatIsKeptIsReadBack() throws IOException {
    Path file = folder.resolve("counts");
    PieceCounts counts = count(List.of(corpus("a.jsonl", 500, 1)), 2, file);
    PieceCounts read = PieceCounts.load(file);
    assertThat(pieces(read)).isEqualTo(pieces(counts)).hasSizeGreaterThan(10);
    assertThat(read.sources()).isEqualTo(counts.sources());
    assertThat(read.cut()).isEqualTo(CUT);
    assertThat(read.documents("ko")).isEqualTo(333);
    assertThat(read.textBytes()).isEqualTo(counts.textBytes()).isPositive();
  }

  @Test
  void countingThatWasStoppedGoesOnWhereItWas() throws IOException {
    List<Path> files =
        List.of(corpus("a.jsonl", 800, 1), corpus("b.jsonl", 800, 2), corpus("c.jsonl", 800, 3));
    count(files, 2, folder.resolve("straight"));
    Path stopped = folder.resolve("stopped");
    Random random = new Random(42);
    int stops = 0;
    boolean whole = false;
    while (!whole) {
      AtomicInteger left = new AtomicInteger(random.nextInt(500));
      PieceCounts counts =
          new PieceCounter(files, CUT, 2, stopped)
              .count(Progress.NONE, () -> left.decrementAndGet() < 0);
      whole =
          counts.sources().size() == 3
              && counts.sources().stream().allMatch(PieceCounts.Source::whole);
      stops++;
    }
    assertThat(stops).isGreaterThan(3);
    assertThat(stopped).hasSameBinaryContentAs(folder.resolve("straight"));
  }

  @Test
  void countsOfPartsAddUpToCountsOfAll() throws IOException {
    Path a = corpus("a.jsonl", 300, 1);
    Path b = corpus("b.jsonl", 300, 2);
    PieceCounts parts = count(List.of(a), 1, null);
    parts.addAll(count(List.of(b), 1, null));
    PieceCounts all = count(List.of(a, b), 1, null);
    assertThat(pieces(parts)).isEqualTo(pieces(all));
    assertThat(parts.sources()).isEqualTo(all.sources());
    assertThatThrownBy(() -> parts.addAll(count(List.of(b), 1, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("b.jsonl")
        .hasMessageContaining("twice");
  }

  @Test
  void countsCutAnotherWayAreRefused() {
    PieceCounts counts = new PieceCounts(CUT);
    PieceCounts.Cut other = new PieceCounts.Cut("exaone", List.of(), DocumentOptions.DEFAULT);
    assertThatThrownBy(() -> counts.addAll(new PieceCounts(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("48 literal tokens")
        .hasMessageContaining("0 literal tokens");
  }

  @Test
  void aFileThatChangedSinceItWasCountedIsRefused() throws IOException {
    Path text = corpus("a.jsonl", 50, 1);
    Path keep = folder.resolve("counts");
    count(List.of(text), 1, keep);
    long before = Files.size(text);
    Files.writeString(text, "{\"text\":\"more\"}\n");
    assertThatThrownBy(() -> count(List.of(text), 1, keep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 16 bytes now, but " + before);
    assertThatThrownBy(() -> count(List.of(corpus("b.jsonl", 5, 2)), 1, keep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.jsonl too, which is not among the files to read");
  }

  @Test
  void everyDamageToTheFileIsSeen() throws IOException {
    Path file = folder.resolve("counts");
    PieceCounts counts = new PieceCounts(CUT);
    counts.add("ko", "나는 학교에 갔다. It's 12 o'clock.");
    counts.save(file);
    byte[] good = Files.readAllBytes(file);
    Path bad = folder.resolve("bad");
    for (int length = 0; length < good.length; length++) {
      Files.write(bad, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> PieceCounts.load(bad)).isInstanceOf(MalformedModelException.class);
    }
    for (int i = 0; i < good.length; i++) {
      byte[] flipped = good.clone();
      flipped[i] ^= (byte) (1 << i % 8);
      Files.write(bad, flipped);
      assertThatThrownBy(() -> PieceCounts.load(bad))
          .as("byte %d of %d", i, good.length)
          .isInstanceOf(MalformedModelException.class);
    }
  }
}
