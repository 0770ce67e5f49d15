package hanok.gguf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Writes a GGUF file, version 3: first declare metadata and tensors, then {@link #write}. Tensors
 * stream, so a file may be larger than memory. The file appears under its name only when it is
 * whole and on the disk; until then it is {@code NAME.part} beside it.
 */
public final class GgufWriter {

  /** Writes exactly the bytes of one tensor to the channel. */
  @FunctionalInterface
  public interface Source {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  private record Entry(String name, GgmlType type, long[] shape, long bytes, Source source) {}

  private final SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
  private final List<Entry> tensors = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();

  /** Sets a metadata value, in place of an earlier one of the same key. */
  public GgufWriter put(String key, GgufValue value) {
    metadata.put(key, value);
    return this;
  }

  public GgufWriter putAll(Map<String, GgufValue> values) {
    metadata.putAll(values);
    return this;
  }

  /**
   * Declares a tensor. Its {@code source} runs during {@link #write}, in the order of declaration.
   *
   * @param shape fastest first, as in {@link Tensor#shape}
   */
  public GgufWriter tensor(String name, GgmlType type, long[] shape, Source source) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("a second tensor is named " + name);
    }
    if (shape.length < 1 || shape.length > GgufReader.DIMENSIONS_MAX) {
      throw new IllegalArgumentException(
          "tensor %s has %d dimensions; 1 to %d are possible"
              .formatted(name, shape.length, GgufReader.DIMENSIONS_MAX));
    }
    long rows = 1;
    for (int i = 1; i < shape.length; i++) {
      rows = Math.multiplyExact(rows, shape[i]);
    }
    long bytes = Math.multiplyExact(rows, type.bytes(shape[0]));
    tensors.add(new Entry(name, type, shape.clone(), bytes, source));
    return this;
  }

  /** Bytes of all tensors declared so far, without padding. */
  public long tensorBytes() {
    return tensors.stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * Writes the file; one that is there already is replaced only at the very end.
   *
   * @throws UncheckedIOException if it cannot be written; nothing is left behind
   */
  public void write(Path path) {
    AtomicFile.write(path, this::writeAll);
  }

  private void writeAll(FileChannel file) throws IOException {
    int alignment = alignment();
    GgufHead head = new GgufHead();
    head.int32(GgufReader.MAGIC).int32(3).int64(tensors.size()).int64(metadata.size());
    metadata.forEach(head::entry);
    long offset = 0;
    for (Entry tensor : tensors) {
      head.tensorInfo(tensor.name(), tensor.type(), tensor.shape(), offset);
      offset = Math.ceilDiv(offset + tensor.bytes(), alignment) * alignment;
    }
    writeFully(file, head.bytes());
    for (Entry tensor : tensors) {
      pad(file, alignment);
      long start = file.position();
      tensor.source().writeTo(file);
      if (file.position() - start != tensor.bytes()) {
        throw new IllegalStateException(
            "tensor %s: %d bytes written, %d declared"
                .formatted(tensor.name(), file.position() - start, tensor.bytes()));
      }
    }
    pad(file, alignment);
  }

  private int alignment() {
    GgufValue value = metadata.get("general.alignment");
    return value == null ? GgufReader.ALIGNMENT_DEFAULT : Math.toIntExact((Long) value.value());
  }

  private static void pad(FileChannel file, int alignment) throws IOException {
    long position = file.position();
    int padding = (int) (Math.ceilDiv(position, alignment) * alignment - position);
    writeFully(file, ByteBuffer.allocate(padding));
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer buffer)
      throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
