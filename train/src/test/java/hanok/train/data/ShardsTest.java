package hanok.train.data;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.MalformedModelException;
import hanok.train.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardsTest {
  private static final String TOKENIZER = "ab".repeat(32);

  @TempDir Path folder;

  private Path write(String name, int vocab, List<int[]> documents) {
    Path file = folder.resolve(name + ".tokens");
    try (ShardWriter writer = new ShardWriter(file, vocab, TOKENIZER, "ko")) {
      documents.forEach(ids -> writer.add(ids, 3 * ids.length));
      writer.finish();
    }
    return file;
  }

  private static List<int[]> documents(long seed, int count, int vocab) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(_ -> random.ints(1 + random.nextInt(40), 0, vocab).toArray())
        .toList();
  }

  private static int[] joined(List<int[]> documents) {
    return documents.stream().flatMapToInt(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 300, 65_536, 65_537, 102_400})
  void whatIsWrittenIsRead(int vocab) {
    List<int[]> documents = documents(vocab, 101, vocab);
    Path file = write("a", vocab, documents);
    try (Arena arena = Arena.ofConfined()) {
      TokenShard shard = TokenShard.open(file, arena);
      shard.verify();
      int[] all = joined(documents);
      assertThat(shard.header().tokens()).isEqualTo(all.length);
      assertThat(shard.header().textBytes()).isEqualTo(3L * all.length);
      assertThat(shard.header().tokenBytes()).isEqualTo(vocab <= 65_536 ? 2 : 4);
      assertThat(IntStream.range(0, all.length).map(shard::id)).containsExactly(box(all));
      int token = 0;
      for (int d = 0; d < documents.size(); d++) {
        assertThat(shard.documentAt(token)).isEqualTo(d);
        token += documents.get(d).length;
        assertThat(shard.documentAt(token - 1)).isEqualTo(d);
        assertThat(shard.end(d)).isEqualTo(token);
        assertThat(shard.textBytes(d)).isEqualTo(3 * documents.get(d).length);
      }
    }
  }

  private static Integer[] box(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  @Test
  void everyByteThatIsChangedIsNoticed() throws IOException {
    Path file = write("a", 300, documents(1, 5, 300));
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 0x41;
      Files.write(file, changed);
      boolean padding = i >= 104 && i < ShardHeader.BYTES;
      assertThat(opens(file)).as("byte %d", i).isEqualTo(padding);
    }
  }

  @Test
  void aFileThatIsCutIsNoticedWhereverItIsCut() throws IOException {
    Path file = write("a", 300, documents(1, 5, 300));
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThat(opens(file)).as("%d bytes", length).isFalse();
    }
  }

  private static boolean opens(Path file) {
    try (Shards shards = Shards.open(file)) {
      shards.verify();
      return true;
    } catch (MalformedModelException e) {
      return false;
    }
  }

  @Test
  void anEmptyShardIsAShardWithoutWindows() {
    Path file = write("a", 300, List.of());
    try (Shards shards = Shards.open(file)) {
      shards.verify();
      assertThat(shards.tokens()).isZero();
      assertThat(shards.windows(4)).isZero();
      assertThat(shards.sample(4, false, 10, 2).get("ko")).isEmpty();
    }
  }

  @Test
  void aShardThatIsGivenUpLeavesNothing() throws IOException {
    Path file = folder.resolve("a.tokens");
    try (ShardWriter writer = new ShardWriter(file, 10, TOKENIZER, "")) {
      writer.add(new int[] {1}, 1);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void idsOutsideTheVocabularyAndEmptyDocumentsAreRefused() {
    try (ShardWriter writer = new ShardWriter(folder.resolve("a.tokens"), 10, TOKENIZER, "")) {
      assertThatThrownBy(() -> writer.add(new int[] {3, 10}, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token id 10 is outside the vocabulary of 10");
      assertThatThrownBy(() -> writer.add(new int[0], 1)).hasMessage("a document of 0 tokens");
    }
  }

  @Test
  void shardsOfTwoTokenizersAreNotReadAsOne() {
    write("a", 10, documents(1, 2, 10));
    try (ShardWriter writer =
        new ShardWriter(folder.resolve("b.tokens"), 10, "cd".repeat(32), "ko")) {
      writer.finish();
    }
    assertThatThrownBy(() -> Shards.open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("b.tokens was made with tokenizer cdcdcdcdcdcd, not abababababab");
    assertThatThrownBy(() -> Shards.open(folder.resolve("a.tokens")).require(Samples.EXAONE))
        .hasMessageContaining("not " + Fingerprint.of(Samples.EXAONE).substring(0, 12));
  }

  @Test
  void aFolderWithoutShardsIsNamed() {
    assertThatThrownBy(() -> Shards.open(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("*.tokens");
  }

  @Test
  void windowsMakeEveryTokenButTheFirstATargetOnce() {
    List<int[]> documents = documents(3, 30, 50);
    int length = 7;
    int[] all = Arrays.copyOf(joined(documents), joined(documents).length / length * length + 1);
    write("a", 50, List.of(all));
    List<Integer> targets = new ArrayList<>();
    try (Shards shards = Shards.open(folder)) {
      for (long window = 0; window < shards.windows(length); window++) {
        BatchBuilder batch = new BatchBuilder(1, length);
        shards.fill(window, 0, true, batch, 0);
        Arrays.stream(batch.build().targets()).forEach(targets::add);
      }
    }
    assertThat(targets).containsExactly(box(Arrays.copyOfRange(all, 1, all.length)));
  }

  @Test
  void rowsAreDividedWhereDocumentsEnd() {
    write("a", 10, List.of(new int[] {1, 2, 9}, new int[] {9}, new int[] {3, 4, 5, 6, 9}));
    try (Shards shards = Shards.open(folder)) {
      Batch within = requireNonNull(shards.sample(8, false, 1, 1).get("ko")).getFirst();
      assertThat(within.inputs()).containsExactly(1, 2, 9, 9, 3, 4, 5, 6);
      assertThat(within.targets()).containsExactly(2, 9, 9, 3, 4, 5, 6, 9);
      assertThat(within.weights()).containsExactly(1, 1, 0, 0, 1, 1, 1, 1);
      assertThat(within.positions()).containsExactly(0, 1, 2, 0, 0, 1, 2, 3);
      assertThat(within.documents()).containsExactly(0, 0, 0, 1, 2, 2, 2, 2);
      Batch across = requireNonNull(shards.sample(8, true, 1, 1).get("ko")).getFirst();
      assertThat(across.inputs()).isEqualTo(within.inputs());
      assertThat(across.targets()).isEqualTo(within.targets());
      assertThat(across.weights()).containsOnly(1);
      assertThat(across.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThat(across.documents()).containsOnly(0);
    }
  }

  @Test
  void samplesAreSpreadOverTheText() {
    int[] rising = IntStream.range(0, 1001).toArray();
    write("a", 2000, List.of(rising));
    try (Shards shards = Shards.open(folder)) {
      List<Batch> batches = requireNonNull(shards.sample(10, false, 5, 2).get("ko"));
      assertThat(batches.stream().map(Batch::rows)).containsExactly(2, 2, 1);
      assertThat(batches.stream().flatMapToInt(b -> Arrays.stream(b.inputs())).boxed())
          .contains(0, 200, 400, 600, 800)
          .hasSize(50);
    }
  }
}
