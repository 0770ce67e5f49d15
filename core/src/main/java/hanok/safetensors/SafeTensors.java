package hanok.safetensors;

import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A safetensors checkpoint mapped into memory: one file, or the shards that a {@code
 * model.safetensors.index.json} names. The extent of every tensor is checked here, once, so that
 * whoever reads a tensor need not.
 */
public final class SafeTensors implements AutoCloseable {
  static final String SINGLE_FILE = "model.safetensors";
  static final String INDEX_FILE = "model.safetensors.index.json";

  /**
   * A tensor of a checkpoint that is open.
   *
   * @param shape slowest first: a weight matrix of {@code out x in} is {@code [out, in]}; empty for
   *     a scalar
   * @param data exactly the tensor's bytes, row after row; valid until the checkpoint is closed
   */
  public record Tensor(String name, DType dtype, long[] shape, MemorySegment data) {

    /** The shape for people: {@code 1024 x 4096}. */
    public String shapeText() {
      return shape.length == 0
          ? "scalar"
          : Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(" x "));
    }
  }

  private final Path path;
  private final SequencedMap<String, String> metadata;
  private final SequencedMap<String, Tensor> tensors;
  private final Arena arena;

  private SafeTensors(
      Path path,
      SequencedMap<String, String> metadata,
      SequencedMap<String, Tensor> tensors,
      Arena arena) {
    this.path = path;
    this.metadata = Collections.unmodifiableSequencedMap(metadata);
    this.tensors = Collections.unmodifiableSequencedMap(tensors);
    this.arena = arena;
  }

  /**
   * Opens a checkpoint.
   *
   * @param fileOrFolder a {@code .safetensors} file, an index ({@code *.index.json}), or a folder
   *     that holds {@code model.safetensors.index.json} or {@code model.safetensors}
   * @throws MalformedModelException if it is not a checkpoint that can be read
   * @throws UncheckedIOException if it cannot be opened
   */
  @SuppressWarnings("MustBeClosedChecker") // the checkpoint owns the arena from here on
  public static SafeTensors open(Path fileOrFolder) {
    Path path = Files.isDirectory(fileOrFolder) ? inFolder(fileOrFolder) : fileOrFolder;
    Arena arena = Arena.ofShared();
    try {
      return String.valueOf(path.getFileName()).endsWith(".index.json")
          ? readShards(path, arena)
          : readFile(path, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static Path inFolder(Path folder) {
    for (String name : new String[] {INDEX_FILE, SINGLE_FILE}) {
      if (Files.exists(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new MalformedModelException(
        folder,
        MalformedModelException.NOWHERE,
        "the folder has neither %s nor %s".formatted(INDEX_FILE, SINGLE_FILE));
  }

  private static SafeTensors readFile(Path path, Arena arena) {
    SafeTensorsHeader header = SafeTensorsHeader.read(path, map(path, arena));
    return new SafeTensors(path, header.metadata(), header.tensors(), arena);
  }

  /** Index and shards must agree exactly, in both directions. */
  private static SafeTensors readShards(Path index, Arena arena) {
    SequencedMap<String, String> fileOfTensor = ShardIndex.read(index);
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : new TreeSet<>(fileOfTensor.values())) {
      Path shard = index.resolveSibling(name);
      if (!Files.isRegularFile(shard)) {
        throw malformed(index, "the index names " + name + ", which is not there");
      }
      SafeTensorsHeader header = SafeTensorsHeader.read(shard, map(shard, arena));
      header.metadata().forEach(metadata::putIfAbsent);
      for (Tensor tensor : header.tensors().values()) {
        String expected = fileOfTensor.get(tensor.name());
        if (!name.equals(expected)) {
          throw malformed(
              index,
              "tensor %s is in %s, but the index puts it %s"
                  .formatted(tensor.name(), name, expected == null ? "nowhere" : "in " + expected));
        }
        tensors.put(tensor.name(), tensor);
      }
    }
    for (var entry : fileOfTensor.entrySet()) {
      if (!tensors.containsKey(entry.getKey())) {
        throw malformed(
            index,
            "the index puts tensor %s in %s, which does not have it"
                .formatted(entry.getKey(), entry.getValue()));
      }
    }
    return new SafeTensors(index, metadata, tensors, arena);
  }

  private static MemorySegment map(Path path, Arena arena) {
    try (FileChannel channel = FileChannel.open(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MalformedModelException malformed(Path path, String reason) {
    return new MalformedModelException(path, MalformedModelException.NOWHERE, reason);
  }

  /** The file that was opened, or the index. */
  public Path path() {
    return path;
  }

  /** The free-form {@code __metadata__}; of shards, all keys, the first shard's value for each. */
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  /** All tensors by name, in the order of their data, shard after shard. */
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * The tensor of this name.
   *
   * @throws MalformedModelException if the checkpoint has none
   */
  public Tensor tensor(String name) {
    return find(name).orElseThrow(() -> malformed(path, "tensor " + name + " is missing"));
  }

  /** Unmaps the files; no tensor may be read any more. */
  @Override
  public void close() {
    arena.close();
  }
}
