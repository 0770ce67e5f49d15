package hanok.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** The bytes of a GGUF head, growing as values are appended; all numbers little-endian. */
final class GgufHead {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ByteBuffer bytes() {
    return ByteBuffer.wrap(out.toByteArray());
  }

  GgufHead int32(int value) {
    return integer(value, 4);
  }

  GgufHead int64(long value) {
    return integer(value, 8);
  }

  GgufHead string(String value) {
    byte[] utf8 = value.getBytes(UTF_8);
    int64(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  GgufHead entry(String key, GgufValue value) {
    string(key).int32(value.type().id());
    if (value.elementType() == null) {
      return scalar(value.type(), value.value());
    }
    int32(value.elementType().id()).int64(value.length());
    return elements(value.elementType(), value.value());
  }

  GgufHead tensorInfo(String name, GgmlType type, long[] shape, long offset) {
    string(name).int32(shape.length);
    for (long dimension : shape) {
      int64(dimension);
    }
    return int32(type.id()).int64(offset);
  }

  private GgufHead scalar(GgufValue.Type type, Object value) {
    return switch (type) {
      case STRING -> string((String) value);
      case BOOL -> integer((Boolean) value ? 1 : 0, 1);
      case FLOAT32 -> int32(Float.floatToRawIntBits((Float) value));
      case FLOAT64 -> int64(Double.doubleToRawLongBits((Double) value));
      case ARRAY -> throw new IllegalArgumentException("GGUF: an array of arrays");
      default -> integer((Long) value, type.bytesMin());
    };
  }

  private GgufHead elements(GgufValue.Type type, Object values) {
    switch (values) {
      case List<?> strings -> strings.forEach(value -> string((String) value));
      case long[] integers -> {
        for (long value : integers) {
          integer(value, type.bytesMin());
        }
      }
      case float[] floats -> {
        for (float value : floats) {
          scalar(type, value);
        }
      }
      case double[] doubles -> {
        for (double value : doubles) {
          scalar(type, value);
        }
      }
      case boolean[] flags -> {
        for (boolean value : flags) {
          scalar(type, value);
        }
      }
      default -> throw new IllegalArgumentException("GGUF: not an array: " + values);
    }
    return this;
  }

  private GgufHead integer(long value, int width) {
    for (int i = 0; i < width; i++) {
      out.write((int) (value >>> 8 * i));
    }
    return this;
  }
}
