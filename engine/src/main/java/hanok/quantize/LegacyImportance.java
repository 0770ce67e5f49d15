package hanok.quantize;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.MalformedModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/** llama.cpp's format before GGUF: counts and names and numbers, one after the other. */
final class LegacyImportance {
  private final Path path;
  private final ByteBuffer bytes;

  LegacyImportance(Path path, ByteBuffer bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  ImportanceMatrix read() {
    int entries = integer("the number of entries", 1, 1 << 20);
    SequencedMap<String, ImportanceMatrix.Sums> tensors = new TreeMap<>();
    for (int i = 0; i < entries; i++) {
      String name = string(integer("the length of a name", 1, 1 << 10));
      int calls = integer("the number of calls", 0, Integer.MAX_VALUE);
      float[] squares = new float[integer("the number of values", 1, bytes.remaining() / 4)];
      need(4L * squares.length);
      bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(squares);
      bytes.position(bytes.position() + 4 * squares.length);
      ImportanceMatrix.check(path, name, squares);
      tensors.put(name, new ImportanceMatrix.Sums(squares, Math.max(1, calls)));
    }
    int chunks = bytes.remaining() >= 4 ? bytes.getInt() : 0;
    List<String> datasets = new ArrayList<>();
    if (bytes.remaining() >= 4) {
      datasets.add(string(integer("the length of a name", 0, bytes.remaining() - 4)));
    }
    return new ImportanceMatrix(
        String.valueOf(path.getFileName()),
        Collections.unmodifiableSequencedMap(tensors),
        Math.max(0, chunks),
        0,
        datasets);
  }

  private int integer(String what, int least, int most) {
    need(4);
    int value = bytes.getInt();
    if (value < least || value > most) {
      throw new MalformedModelException(
          path,
          bytes.position() - 4,
          "this is no importance matrix: %s is %d".formatted(what, value));
    }
    return value;
  }

  private String string(int length) {
    need(length);
    byte[] utf8 = new byte[length];
    bytes.get(utf8);
    return new String(utf8, UTF_8);
  }

  private void need(long count) {
    if (bytes.remaining() < count) {
      throw new MalformedModelException(
          path, bytes.position(), "this is no importance matrix: it ends here");
    }
  }
}
