package hanok.gguf;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One metadata value with the type it has in the file. In Java, integers of every width are
 * {@code Long} (a uint64 keeps its bits), FLOAT32 {@code Float}, FLOAT64 {@code Double}, BOOL
 * {@code Boolean}, STRING {@code String}; an array is {@code long[]}, {@code float[]},
 * {@code double[]}, {@code boolean[]} or {@code List<String>} by its element type; the last is a
 * {@link StringTable} where it comes from a file.
 *
 * @param elementType the type of an array's elements; null for every other type
 */
public record GgufValue(Type type, @Nullable Type elementType, Object value) {

  /** The types of the format. */
  public enum Type {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    STRING(8, 8),
    ARRAY(9, 12),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int id;
    private final int bytesMin;

    Type(int id, int bytesMin) {
      this.id = id;
      this.bytesMin = bytesMin;
    }

    /** The type's number in a file. */
    int id() {
      return id;
    }

    /** Bytes that a value takes at least: exact for numbers, the length field for strings. */
    int bytesMin() {
      return bytesMin;
    }
  }

  public static GgufValue of(String value) {
    return new GgufValue(Type.STRING, null, value);
  }

  public static GgufValue of(boolean value) {
    return new GgufValue(Type.BOOL, null, value);
  }

  public static GgufValue of(float value) {
    return new GgufValue(Type.FLOAT32, null, value);
  }

  /** An unsigned 32-bit integer, the usual type of counts and ids in model files. */
  public static GgufValue uint32(long value) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("uint32 must be in [0, 4294967295], got " + value);
    }
    return new GgufValue(Type.UINT32, null, value);
  }

  public static GgufValue int32(int value) {
    return new GgufValue(Type.INT32, null, (long) value);
  }

  public static GgufValue strings(List<String> values) {
    return new GgufValue(Type.ARRAY, Type.STRING, StringTable.of(values));
  }

  public static GgufValue int32s(int... values) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return new GgufValue(Type.ARRAY, Type.INT32, wide);
  }

  public static GgufValue floats(float... values) {
    return new GgufValue(Type.ARRAY, Type.FLOAT32, values.clone());
  }

  /** Elements of an array, 1 for every other type. */
  public int length() {
    return switch (value) {
      case long[] a -> a.length;
      case float[] a -> a.length;
      case double[] a -> a.length;
      case boolean[] a -> a.length;
      case List<?> a -> a.size();
      default -> 1;
    };
  }

  /** What the value is, for messages: {@code STRING}, {@code ARRAY of INT32}. */
  String describeType() {
    return elementType == null ? type.toString() : type + " of " + elementType;
  }
}
