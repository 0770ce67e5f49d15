package hanok.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The shards that one file of documents becomes: one for each language on each side. */
final class Outputs implements AutoCloseable {
  private final Path folder;
  private final String name;
  private final int vocab;
  private final String fingerprint;
  private final SortedMap<String, ShardWriter> writers = new TreeMap<>();

  Outputs(Path folder, String name, int vocab, String fingerprint) {
    this.folder = folder;
    this.name = name;
    this.vocab = vocab;
    this.fingerprint = fingerprint;
  }

  void add(String lang, boolean valid, int[] ids, int textBytes) {
    String shard =
        "%s/%s.%s%s"
            .formatted(valid ? "valid" : "train", name, ShardHeader.lang(lang), ShardHeader.SUFFIX);
    writers.computeIfAbsent(shard, _ -> begin(shard, lang)).add(ids, textBytes);
  }

  private ShardWriter begin(String shard, String lang) {
    Path file = folder.resolve(shard);
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ShardWriter(file, vocab, fingerprint, lang);
  }

  /** Gives the shards their names, and says them. */
  List<String> finish() {
    writers.values().forEach(ShardWriter::finish);
    return List.copyOf(writers.keySet());
  }

  @Override
  public void close() {
    writers.values().forEach(ShardWriter::close);
  }
}
