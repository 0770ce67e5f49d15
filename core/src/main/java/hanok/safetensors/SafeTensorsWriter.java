package hanok.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import hanok.gguf.GgufWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a safetensors checkpoint: first declare metadata and tensors, then {@link #write} or
 * {@link #writeShards}. Tensors stream, so a checkpoint may be larger than memory. Files appear
 * under their names only when all of them are whole and on the disk; until then they are {@code
 * NAME.part}.
 *
 * <p>Within a file, tensors of wider values come first, as the reference implementation writes
 * them, so that every value is aligned to its size when the file is mapped.
 */
public final class SafeTensorsWriter {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private record Entry(
      String name, DType dtype, long[] shape, long bytes, GgufWriter.Source source) {}

  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
  private final SequencedMap<String, Entry> tensors = new LinkedHashMap<>();

  /** Sets a string of {@code __metadata__}; transformers wants {@code format} to be {@code pt}. */
  public SafeTensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Declares a tensor. Its {@code source} runs once, during the writing.
   *
   * @param shape slowest first, as in {@link SafeTensors.Tensor#shape}
   */
  public SafeTensorsWriter tensor(
      String name, DType dtype, long[] shape, GgufWriter.Source source) {
    if (name.equals("__metadata__")) {
      throw new IllegalArgumentException("a tensor cannot be named __metadata__");
    }
    long bytes = dtype.bytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "tensor %s: dimension %d is negative".formatted(name, dimension));
      }
      bytes = Math.multiplyExact(bytes, dimension);
    }
    Entry entry = new Entry(name, dtype, shape.clone(), bytes, source);
    if (tensors.putIfAbsent(name, entry) != null) {
      throw new IllegalArgumentException("a second tensor is named " + name);
    }
    return this;
  }

  /**
   * Writes one file; one that is there already is replaced only at the very end.
   *
   * @throws UncheckedIOException if it cannot be written; nothing is left behind
   */
  public void write(Path file) {
    SequencedMap<Path, List<Entry>> files = new LinkedHashMap<>();
    files.put(file, List.copyOf(tensors.values()));
    writeAtomically(files, Map.of());
  }

  /**
   * Writes {@code model-00001-of-0000N.safetensors} and an index into a folder, or {@code
   * model.safetensors} alone if that is enough; names as transformers writes and finds them.
   *
   * @param shardBytesMax tensor bytes of a shard at most, unless one tensor alone has more
   * @throws UncheckedIOException if they cannot be written; nothing is left behind
   */
  public void writeShards(Path folder, long shardBytesMax) {
    List<List<Entry>> shards = shards(shardBytesMax);
    if (shards.size() == 1) {
      write(folder.resolve(SafeTensors.SINGLE_FILE));
      return;
    }
    ObjectNode index = MAPPER.createObjectNode();
    long total = tensors.values().stream().mapToLong(Entry::bytes).sum();
    index.putObject("metadata").put("total_size", total);
    ObjectNode weightMap = index.putObject("weight_map");
    SequencedMap<Path, List<Entry>> files = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      shards.get(i).forEach(entry -> weightMap.put(entry.name(), name));
      files.put(folder.resolve(name), shards.get(i));
    }
    byte[] json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(index);
    writeAtomically(files, Map.of(folder.resolve(SafeTensors.INDEX_FILE), json));
  }

  private List<List<Entry>> shards(long bytesMax) {
    List<List<Entry>> shards = new ArrayList<>();
    shards.add(new ArrayList<>());
    long bytes = 0;
    for (Entry entry : tensors.values()) {
      if (!shards.getLast().isEmpty() && entry.bytes() > bytesMax - bytes) {
        shards.add(new ArrayList<>());
        bytes = 0;
      }
      shards.getLast().add(entry);
      bytes += entry.bytes();
    }
    return shards;
  }

  /** Writes all files beside their places first, then moves each to its place, the index last. */
  private void writeAtomically(SequencedMap<Path, List<Entry>> files, Map<Path, byte[]> indexes) {
    SequencedMap<Path, Path> parts = new LinkedHashMap<>();
    try {
      try {
        for (var file : files.entrySet()) {
          try (FileChannel out = create(file.getKey(), parts)) {
            writeFile(out, file.getValue());
            out.force(true);
          }
        }
        for (var index : indexes.entrySet()) {
          try (FileChannel out = create(index.getKey(), parts)) {
            writeFully(out, ByteBuffer.wrap(index.getValue()));
            out.force(true);
          }
        }
      } catch (Throwable e) {
        for (Path part : parts.values()) {
          Files.deleteIfExists(part);
        }
        throw e;
      }
      for (var part : parts.entrySet()) {
        Files.move(
            part.getValue(),
            part.getKey(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel create(Path file, Map<Path, Path> parts) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    parts.put(file, part);
    return FileChannel.open(part, CREATE, TRUNCATE_EXISTING, WRITE);
  }

  private void writeFile(FileChannel file, List<Entry> entries) throws IOException {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingInt((Entry entry) -> entry.dtype().bytes()).reversed());
    byte[] json = header(sorted);
    // Spaces up to a multiple of 8, so that the data begin aligned.
    int padded = Math.ceilDiv(json.length, 8) * 8;
    ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(json);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    writeFully(file, head.flip());
    for (Entry entry : sorted) {
      long start = file.position();
      entry.source().writeTo(file);
      if (file.position() - start != entry.bytes()) {
        throw new IllegalStateException(
            "tensor %s: %d bytes written, %d declared"
                .formatted(entry.name(), file.position() - start, entry.bytes()));
      }
    }
  }

  private byte[] header(List<Entry> entries) {
    ObjectNode header = MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode object = header.putObject("__metadata__");
      metadata.forEach(object::put);
    }
    long offset = 0;
    for (Entry entry : entries) {
      ObjectNode info = header.putObject(entry.name()).put("dtype", entry.dtype().name());
      var shape = info.putArray("shape");
      for (long dimension : entry.shape()) {
        shape.add(dimension);
      }
      info.putArray("data_offsets").add(offset).add(offset + entry.bytes());
      offset += entry.bytes();
    }
    byte[] json = MAPPER.writeValueAsString(header).getBytes(UTF_8);
    if (json.length > SafeTensorsHeader.HEADER_BYTES_MAX - 8) {
      throw new IllegalArgumentException(
          "a header of %d bytes; %d are possible"
              .formatted(json.length, SafeTensorsHeader.HEADER_BYTES_MAX));
    }
    return json;
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
