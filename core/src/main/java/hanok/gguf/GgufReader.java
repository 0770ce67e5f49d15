package hanok.gguf;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the head of one GGUF file, trusting nothing: every count is held against the bytes that are
 * left before anything is allocated for it, so no file can ask for more memory than it has bytes.
 */
final class GgufReader {
  /** {@code "GGUF"} as a little-endian integer. */
  static final int MAGIC = 0x46554747;

  static final int DIMENSIONS_MAX = 4;
  static final int ALIGNMENT_DEFAULT = 32;

  /** More elements than any tokenizer has; keeps a hostile array from filling the heap. */
  private static final long ARRAY_LENGTH_MAX = 1 << 24;

  /** Strings may not take more than this of the head, all together. */
  private static final long STRING_BYTES_MAX = 256 << 20;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final Path file;
  private final MemorySegment bytes;
  private long position;
  private long stringBytes;

  /** The head of a file, and its tensors with extents that have been checked. */
  record Head(int version, Metadata metadata, List<Tensor> tensors) {}

  private record TensorInfo(String name, GgmlType type, long[] shape, long offset, long at) {}

  GgufReader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  Head read() {
    if (bytes.byteSize() < 4 || int32() != MAGIC) {
      throw malformed(0, "not a GGUF file: it does not begin with the letters GGUF");
    }
    int version = version();
    long tensorCount = count("tensors", 24);
    long keyCount = count("metadata keys", 13);
    Metadata metadata = metadata(keyCount);
    List<TensorInfo> infos = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long i = 0; i < tensorCount; i++) {
      TensorInfo info = tensorInfo();
      if (!names.add(info.name())) {
        throw malformed(info.at(), "a second tensor is named " + info.name());
      }
      infos.add(info);
    }
    return new Head(version, metadata, locate(infos, alignment(metadata)));
  }

  private int version() {
    long at = position;
    int version = int32();
    if (version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3)) {
      throw malformed(at, "the file is big-endian; Hanok reads little-endian GGUF files");
    }
    if (version != 2 && version != 3) {
      throw malformed(
          at, "GGUF version %s; Hanok reads 2 and 3".formatted(Integer.toUnsignedString(version)));
    }
    return version;
  }

  /** A count of things that take at least {@code bytesMin} bytes each in the rest of the file. */
  private long count(String what, int bytesMin) {
    long at = position;
    long count = int64();
    if (count < 0 || count > (bytes.byteSize() - position) / bytesMin) {
      throw malformed(
          at,
          "%s %s do not fit the %d bytes that follow"
              .formatted(Long.toUnsignedString(count), what, bytes.byteSize() - position));
    }
    return count;
  }

  private Metadata metadata(long count) {
    Metadata metadata = new Metadata(file);
    for (long i = 0; i < count; i++) {
      long at = position;
      String key = string();
      GgufValue value = value(key);
      if (!metadata.add(key, value, at)) {
        throw malformed(at, "a second key is named " + key);
      }
    }
    return metadata;
  }

  private GgufValue value(String key) {
    GgufValue.Type type = valueType(key);
    if (type == GgufValue.Type.ARRAY) {
      return array(key);
    }
    Object value =
        switch (type) {
          case STRING -> string();
          case BOOL -> bool();
          case FLOAT32 -> Float.intBitsToFloat(int32());
          case FLOAT64 -> Double.longBitsToDouble(int64());
          default -> integer(type);
        };
    return new GgufValue(type, null, value);
  }

  private GgufValue array(String key) {
    long at = position;
    GgufValue.Type type = valueType(key);
    if (type == GgufValue.Type.ARRAY) {
      throw malformed(at, "key " + key + ": an array of arrays");
    }
    long length = count("elements of key " + key, type.bytesMin());
    if (length > ARRAY_LENGTH_MAX) {
      throw malformed(
          at, "key %s: %d elements, more than %d".formatted(key, length, ARRAY_LENGTH_MAX));
    }
    return new GgufValue(GgufValue.Type.ARRAY, type, elements(type, (int) length));
  }

  private Object elements(GgufValue.Type type, int length) {
    return switch (type) {
      case STRING -> strings(length);
      case BOOL -> {
        boolean[] values = new boolean[length];
        for (int i = 0; i < length; i++) {
          values[i] = bool();
        }
        yield values;
      }
      case FLOAT32 -> bytes.asSlice(take(4L * length), 4L * length).toArray(FLOAT);
      case INT32 -> {
        int[] narrow = bytes.asSlice(take(4L * length), 4L * length).toArray(INT);
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
          values[i] = narrow[i];
        }
        yield values;
      }
      case FLOAT64 -> {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
          values[i] = Double.longBitsToDouble(int64());
        }
        yield values;
      }
      default -> {
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
          values[i] = integer(type);
        }
        yield values;
      }
    };
  }

  private GgufValue.Type valueType(String key) {
    long at = position;
    int id = int32();
    for (GgufValue.Type type : GgufValue.Type.values()) {
      if (type.id() == id) {
        return type;
      }
    }
    throw malformed(
        at, "key %s: unknown value type %s".formatted(key, Integer.toUnsignedString(id)));
  }

  private TensorInfo tensorInfo() {
    long at = position;
    String name = string();
    long[] shape = shape(name);
    long typeAt = position;
    int id = int32();
    GgmlType type =
        GgmlType.ofId(id)
            .orElseThrow(() ->
                malformed(
                    typeAt,
                    "tensor %s has type %s, which Hanok does not read"
                        .formatted(name, Integer.toUnsignedString(id))));
    if (shape[0] % type.blockSize() != 0) {
      throw malformed(
          at,
          "tensor %s: rows of %d values are not whole %s blocks of %d"
              .formatted(name, shape[0], type, type.blockSize()));
    }
    return new TensorInfo(name, type, shape, int64(), at);
  }

  private long[] shape(String name) {
    long at = position;
    int dimensions = int32();
    if (dimensions < 1 || dimensions > DIMENSIONS_MAX) {
      throw malformed(
          at,
          "tensor %s has %s dimensions; 1 to %d are possible"
              .formatted(name, Integer.toUnsignedString(dimensions), DIMENSIONS_MAX));
    }
    long[] shape = new long[dimensions];
    long elements = 1;
    for (int i = 0; i < dimensions; i++) {
      shape[i] = int64();
      // Two bits a value is the densest there is, so more elements than this cannot be in the file.
      if (shape[i] < 1 || shape[i] > 8 * bytes.byteSize() / elements) {
        throw malformed(
            at,
            "tensor %s: dimension %d is %s, which does not fit a file of %d bytes"
                .formatted(name, i, Long.toUnsignedString(shape[i]), bytes.byteSize()));
      }
      elements *= shape[i];
    }
    return shape;
  }

  private int alignment(Metadata metadata) {
    int alignment = metadata.integer("general.alignment", ALIGNMENT_DEFAULT);
    if (alignment < 1 || Integer.bitCount(alignment) != 1) {
      throw metadata.malformed("general.alignment", alignment + " is not a power of two");
    }
    return alignment;
  }

  /** Checks that every tensor lies inside the file, once and for all, and slices it out. */
  private List<Tensor> locate(List<TensorInfo> infos, int alignment) {
    // A file whose head is its last part, such as a vocabulary, need not be padded.
    long data = Math.ceilDiv(position, alignment) * alignment;
    List<Tensor> tensors = new ArrayList<>(infos.size());
    for (TensorInfo info : infos) {
      long elements = 1;
      for (long dimension : info.shape()) {
        elements *= dimension;
      }
      long size = info.type().bytes(elements);
      if (info.offset() < 0 || info.offset() % alignment != 0) {
        throw malformed(
            info.at(),
            "tensor %s: offset %s is not a multiple of %d"
                .formatted(info.name(), Long.toUnsignedString(info.offset()), alignment));
      }
      if (info.offset() > bytes.byteSize() - data - size) {
        throw malformed(
            info.at(),
            "tensor %s: %d bytes at %d run past the end of the file, %d bytes; is it truncated?"
                .formatted(info.name(), size, data + info.offset(), bytes.byteSize()));
      }
      MemorySegment values = bytes.asSlice(data + info.offset(), size);
      tensors.add(new Tensor(info.name(), info.type(), info.shape(), values));
    }
    return tensors;
  }

  private StringTable strings(int length) {
    StringTableReader reader = new StringTableReader(bytes, position, length);
    int found = reader.find(STRING_BYTES_MAX - stringBytes);
    stringBytes += reader.bytes();
    int bad = reader.notUtf8();
    if (bad >= 0) {
      StringTable table = reader.table();
      throw notUtf8(position + table.start(bad) - 8, table.end(bad) - table.start(bad));
    }
    position = reader.end();
    if (found < length) {
      long at = take(8);
      requireString(at, bytes.get(LONG, at)); // which says what is wrong
    }
    return reader.table();
  }

  /** Holds the length of a string, which stands at {@code at}, against what is left. */
  private void requireString(long at, long length) {
    long left = bytes.byteSize() - at - 8;
    if (length < 0 || length > left) {
      throw malformed(
          at,
          "a string of %s bytes, with %d bytes left in the file"
              .formatted(Long.toUnsignedString(length), Math.max(0, left)));
    }
    stringBytes += length;
    if (stringBytes > STRING_BYTES_MAX) {
      throw malformed(at, "all strings together take more than " + STRING_BYTES_MAX + " bytes");
    }
  }

  private MalformedModelException notUtf8(long at, long length) {
    return malformed(at, "a string of %d bytes is not UTF-8".formatted(length));
  }

  private String string() {
    long at = position;
    long length = int64();
    requireString(at, length);
    ByteBuffer utf8 = bytes.asSlice(take(length), length).asByteBuffer();
    try {
      return UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw notUtf8(at, length);
    }
  }

  private boolean bool() {
    long at = position;
    byte value = bytes.get(ValueLayout.JAVA_BYTE, take(1));
    if (value != 0 && value != 1) {
      throw malformed(at, "a boolean is %d, not 0 or 1".formatted(value));
    }
    return value == 1;
  }

  private long integer(GgufValue.Type type) {
    return switch (type) {
      case UINT8 -> bytes.get(ValueLayout.JAVA_BYTE, take(1)) & 0xFF;
      case INT8 -> bytes.get(ValueLayout.JAVA_BYTE, take(1));
      case UINT16 -> bytes.get(SHORT, take(2)) & 0xFFFF;
      case INT16 -> bytes.get(SHORT, take(2));
      case UINT32 -> int32() & 0xFFFF_FFFFL;
      case INT32 -> int32();
      case UINT64, INT64 -> int64();
      case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> throw new AssertionError(type);
    };
  }

  private int int32() {
    return bytes.get(INT, take(4));
  }

  private long int64() {
    return bytes.get(LONG, take(8));
  }

  /** Steps over {@code length} bytes and returns where they begin. */
  private long take(long length) {
    long at = position;
    if (length > bytes.byteSize() - at) {
      throw malformed(
          at,
          "%d bytes wanted, %d left; is it truncated?".formatted(length, bytes.byteSize() - at));
    }
    position += length;
    return at;
  }

  private MalformedModelException malformed(long at, String reason) {
    return new MalformedModelException(file, at, reason);
  }
}
