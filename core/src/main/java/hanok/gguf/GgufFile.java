package hanok.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GGUF file, version 2 or 3, mapped into memory; or several, for a model in parts named
 * {@code NAME-00001-of-0000N.gguf}, of which the first is opened. The extent of every tensor is
 * checked here, once, so that whoever reads a tensor need not.
 */
public final class GgufFile implements AutoCloseable {
  private static final Pattern PART = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  private final Path path;
  private final int version;
  private final Metadata metadata;
  private final SequencedMap<String, Tensor> tensors;
  private final List<Part> parts;
  private final Arena arena;

  /** A file that is mapped, and open. */
  private record Part(Path path, FileChannel channel, MemorySegment mapped) {
    @SuppressWarnings("MustBeClosedChecker") // the channel is closed with the GgufFile
    static Part open(Path path, Arena arena) {
      try {
        FileChannel channel = FileChannel.open(path);
        try {
          return new Part(
              path, channel, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException | RuntimeException | Error e) {
          channel.close();
          throw e;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private GgufFile(
      Path path,
      GgufReader.Head head,
      SequencedMap<String, Tensor> tensors,
      List<Part> parts,
      Arena arena) {
    this.path = path;
    this.version = head.version();
    this.metadata = head.metadata();
    this.tensors = Collections.unmodifiableSequencedMap(tensors);
    this.parts = parts;
    this.arena = arena;
  }

  /**
   * Opens a file, and the other parts of the model if it is the first of several.
   *
   * @throws MalformedModelException if it is not a GGUF file that can be read
   * @throws UncheckedIOException if it cannot be opened
   */
  @SuppressWarnings("MustBeClosedChecker") // the file owns the arena from here on
  public static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    List<Part> parts = new ArrayList<>();
    try {
      return read(path, parts, arena);
    } catch (RuntimeException | Error e) {
      close(parts);
      arena.close();
      throw e;
    }
  }

  private static GgufFile read(Path path, List<Part> parts, Arena arena) {
    Part first = Part.open(path, arena);
    parts.add(first);
    GgufReader.Head head = new GgufReader(path, first.mapped).read();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    addTensors(path, head, tensors);
    for (Path other : otherParts(path, head.metadata())) {
      Part part = Part.open(other, arena);
      parts.add(part);
      GgufReader.Head next = new GgufReader(other, part.mapped).read();
      requirePart(next.metadata(), parts.size(), head.metadata().integer("split.count"));
      addTensors(other, next, tensors);
    }
    int expected = head.metadata().integer("split.tensors.count", tensors.size());
    if (expected != tensors.size()) {
      throw head.metadata()
          .malformed(
              "split.tensors.count",
              "%d tensors promised, %d found in all parts".formatted(expected, tensors.size()));
    }
    return new GgufFile(path, head, tensors, parts, arena);
  }

  private static List<Path> otherParts(Path path, Metadata metadata) {
    int count = metadata.integer("split.count", 1);
    if (count <= 1) {
      return List.of();
    }
    int index = metadata.integer("split.no", 0);
    if (index != 0) {
      throw metadata.malformed(
          "split.no", "this is part %d of %d; open the first".formatted(index + 1, count));
    }
    Matcher name = PART.matcher(String.valueOf(path.getFileName()));
    if (!name.matches() || Integer.parseInt(name.group(3)) != count) {
      throw metadata.malformed(
          "split.count",
          "a model in %d parts must be named NAME-00001-of-%05d.gguf".formatted(count, count));
    }
    List<Path> parts = new ArrayList<>();
    for (int part = 2; part <= count; part++) {
      parts.add(path.resolveSibling("%s-%05d-of-%05d.gguf".formatted(name.group(1), part, count)));
    }
    return parts;
  }

  /** A part must say itself which of how many it is: files are easily renamed or mixed up. */
  private static void requirePart(Metadata metadata, int part, int count) {
    int index = metadata.integer("split.no");
    if (index != part - 1) {
      throw metadata.malformed(
          "split.no", "named as part %d, but says that it is part %d".formatted(part, index + 1L));
    }
    if (metadata.integer("split.count") != count) {
      throw metadata.malformed(
          "split.count",
          "a part of %d, beside a first part of %d"
              .formatted(metadata.integer("split.count"), count));
    }
  }

  private static void addTensors(
      Path part, GgufReader.Head head, SequencedMap<String, Tensor> tensors) {
    for (Tensor tensor : head.tensors()) {
      if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
        throw new MalformedModelException(
            part, MalformedModelException.NOWHERE, "tensor " + tensor.name() + " is in two parts");
      }
    }
  }

  public Path path() {
    return path;
  }

  /** All files of the model, in order: one, or as many as it has parts. */
  public List<Path> paths() {
    return parts.stream().map(Part::path).toList();
  }

  /** The version of the format, 2 or 3. */
  public int version() {
    return version;
  }

  /** The keys of the file, or of the first part. */
  public Metadata metadata() {
    return metadata;
  }

  /** Bytes of the file, or of all parts. */
  public long bytes() {
    return parts.stream().mapToLong(part -> part.mapped.byteSize()).sum();
  }

  /** All tensors by name, in file order. */
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * The tensor of this name.
   *
   * @throws MalformedModelException if the file has none
   */
  public Tensor tensor(String name) {
    return find(name)
        .orElseThrow(() ->
            new MalformedModelException(
                path, MalformedModelException.NOWHERE, "tensor " + name + " is missing"));
  }

  /**
   * Reads what lies in some of the mapped memory from the file instead, so that these pages of the
   * mapping do not become resident.
   *
   * @param mapped tensor data, or a slice of it
   * @param target as many bytes at least
   * @throws IllegalArgumentException if {@code mapped} is not of this file
   * @throws UncheckedIOException if the file cannot be read, or has become shorter
   */
  public void read(MemorySegment mapped, MemorySegment target) {
    Part part = partOf(mapped);
    long position = mapped.address() - part.mapped.address();
    ByteBuffer buffer = target.asSlice(0, mapped.byteSize()).asByteBuffer();
    try {
      while (buffer.hasRemaining()) {
        int count = part.channel.read(buffer, position + buffer.position());
        if (count < 0) {
          throw new EOFException("%s has become shorter while it was read".formatted(part.path));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Part partOf(MemorySegment mapped) {
    for (Part part : parts) {
      long offset = mapped.address() - part.mapped.address();
      if (offset >= 0 && offset + mapped.byteSize() <= part.mapped.byteSize()) {
        return part;
      }
    }
    throw new IllegalArgumentException("memory that is not of " + path);
  }

  /** Unmaps the file; no tensor may be read any more. */
  @Override
  public void close() {
    close(parts);
    arena.close();
  }

  private static void close(List<Part> parts) {
    for (Part part : parts) {
      try {
        part.channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
