package hanok.train.data;

import hanok.token.Tokenizer;
import hanok.train.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Shards of one tokenizer that are read as one: all files {@code *.tokens} of a folder, in the
 * order of their names. For any number of threads, until it is closed.
 *
 * <p>A window is {@code length + 1} tokens within one shard; windows overlap by one token, so that
 * each token but the first of a shard is a target once.
 */
public final class Shards implements AutoCloseable {
  private final Path folder;
  private final Arena arena;
  private final List<TokenShard> shards;

  private Shards(Path folder, Arena arena, List<TokenShard> shards) {
    this.folder = folder;
    this.arena = arena;
    this.shards = List.copyOf(shards);
  }

  /**
   * Maps the shards of a folder, or one shard.
   *
   * @throws hanok.gguf.MalformedModelException if a file is no shard
   * @throws IllegalArgumentException if two were made with different tokenizers
   * @throws UncheckedIOException if there is none, or one cannot be read
   */
  @SuppressWarnings("MustBeClosedChecker") // the shards own the arena from here on
  public static Shards open(Path folder) {
    Arena arena = Arena.ofShared();
    try {
      List<TokenShard> shards = new ArrayList<>();
      for (Path file : files(folder)) {
        shards.add(TokenShard.open(file, arena));
      }
      Shards all = new Shards(folder, arena, shards);
      shards.forEach(shard -> requireTokenizer(shard, all.fingerprint()));
      return all;
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static List<Path> files(Path folder) {
    if (Files.isRegularFile(folder)) {
      return List.of(folder);
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.toString().endsWith(ShardHeader.SUFFIX)).sorted().toList();
      if (found.isEmpty()) {
        throw new NoSuchFileException(folder.resolve("*" + ShardHeader.SUFFIX).toString());
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireTokenizer(TokenShard shard, String fingerprint) {
    String own = shard.header().tokenizer();
    if (!own.equals(fingerprint)) {
      throw new IllegalArgumentException(
          "%s was made with tokenizer %s, not %s; tokenize it again"
              .formatted(shard.path(), own.substring(0, 12), fingerprint.substring(0, 12)));
    }
  }

  /**
   * Holds every file against its checksum; reads all of them.
   *
   * @throws hanok.gguf.MalformedModelException if one is damaged
   */
  public void verify() {
    shards.forEach(TokenShard::verify);
  }

  /**
   * Makes sure that a tokenizer is the one that the shards were made with.
   *
   * @throws IllegalArgumentException if it is another
   */
  public void require(Tokenizer tokenizer) {
    String fingerprint = Fingerprint.of(tokenizer);
    shards.forEach(shard -> requireTokenizer(shard, fingerprint));
  }

  public Path folder() {
    return folder;
  }

  /** The {@link Fingerprint} of the tokenizer. */
  public String fingerprint() {
    return shards.getFirst().header().tokenizer();
  }

  public int vocab() {
    return shards.getFirst().header().vocab();
  }

  public long tokens() {
    return shards.stream().mapToLong(shard -> shard.header().tokens()).sum();
  }

  public long documents() {
    return shards.stream().mapToLong(shard -> shard.header().documents()).sum();
  }

  /** Bytes of all text in UTF-8. */
  public long textBytes() {
    return shards.stream().mapToLong(shard -> shard.header().textBytes()).sum();
  }

  /** How many windows there are. */
  public long windows(int length) {
    return shards.stream().mapToLong(shard -> windows(shard, length)).sum();
  }

  /**
   * Windows to measure a model by, for each language: spread evenly over its text, the same ones
   * every time.
   *
   * @param across whether attention passes from a document into the next
   * @param rowsMax of a language, at most
   * @param batchRows rows of a batch; the last one has what is left
   */
  public SequencedMap<String, List<Batch>> sample(
      int length, boolean across, int rowsMax, int batchRows) {
    SequencedMap<String, List<Batch>> byLang = new LinkedHashMap<>();
    TreeSet<String> langs = new TreeSet<>();
    shards.forEach(shard -> langs.add(shard.header().lang()));
    for (String lang : langs) {
      Shards some = new Shards(folder, arena, ofLang(lang));
      long windows = some.windows(length);
      long rows = Math.min(windows, rowsMax);
      List<Batch> batches = new ArrayList<>();
      for (long row = 0; row < rows; row += batchRows) {
        BatchBuilder batch = new BatchBuilder((int) Math.min(batchRows, rows - row), length);
        for (int i = 0; i < batchRows && row + i < rows; i++) {
          some.fill((row + i) * windows / rows, 0, across, batch, i);
        }
        batches.add(batch.build());
      }
      byLang.put(lang, List.copyOf(batches));
    }
    return byLang;
  }

  private List<TokenShard> ofLang(String lang) {
    return shards.stream().filter(shard -> shard.header().lang().equals(lang)).toList();
  }

  /**
   * Fills a row with a window.
   *
   * @param jitter bits that decide where in the tokens left over by a shard its windows begin; 0
   *     for at its start
   */
  void fill(long window, long jitter, boolean across, BatchBuilder into, int row) {
    int length = into.length();
    long left = window;
    for (TokenShard shard : shards) {
      long windows = windows(shard, length);
      if (left < windows) {
        long slack = (shard.header().tokens() - 1) % length;
        long shift = Mix.below(jitter, slack + 1);
        shard.fill(shift + left * length, across, into, row);
        return;
      }
      left -= windows;
    }
    throw new IllegalArgumentException(
        "window %d, and there are %d".formatted(window, windows(length)));
  }

  private static long windows(TokenShard shard, int length) {
    return Math.max(0, (shard.header().tokens() - 1) / length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
