package hanok.safetensors;

import hanok.gguf.MalformedModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the head of one safetensors file, trusting nothing: a little-endian 64-bit length, that
 * many bytes of JSON, and the data, which the tensors must cover without holes or overlaps.
 */
final class SafeTensorsHeader {
  /** As in the reference implementation; it bounds what a hostile header can make us allocate. */
  static final long HEADER_BYTES_MAX = 100_000_000;

  private static final int DIMENSIONS_MAX = 8;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private record Declared(String name, DType dtype, long[] shape, long begin, long end, long at) {}

  private final Path file;
  private final MemorySegment bytes;
  private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
  private final SequencedMap<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();

  private SafeTensorsHeader(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  static SafeTensorsHeader read(Path file, MemorySegment bytes) {
    SafeTensorsHeader header = new SafeTensorsHeader(file, bytes);
    long length = header.length();
    header.locate(header.parse((int) length), bytes.asSlice(8 + length));
    return header;
  }

  SequencedMap<String, String> metadata() {
    return metadata;
  }

  /** Tensors by name, in the order of their data. */
  SequencedMap<String, SafeTensors.Tensor> tensors() {
    return tensors;
  }

  private long length() {
    if (bytes.byteSize() < 8) {
      throw malformed(
          0, "not a safetensors file: %d bytes hold no header".formatted(bytes.byteSize()));
    }
    long length = bytes.get(LONG, 0);
    if (length < 0 || length > HEADER_BYTES_MAX) {
      throw malformed(
          0,
          "a header of %s bytes; %d are possible, is this a safetensors file?"
              .formatted(Long.toUnsignedString(length), HEADER_BYTES_MAX));
    }
    if (length > bytes.byteSize() - 8) {
      throw malformed(
          0,
          "a header of %d bytes, with %d bytes left in the file; is it truncated?"
              .formatted(length, bytes.byteSize() - 8));
    }
    return length;
  }

  private List<Declared> parse(int length) {
    byte[] json = bytes.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
    if (length < 2 || json[0] != '{') {
      throw malformed(8, "the header does not begin with {");
    }
    for (int i = 1; i < Math.min(4, length); i++) {
      if (json[i] == 0) { // Jackson would take it for UTF-16 or UTF-32
        throw malformed(8 + i, "the header is not JSON in UTF-8");
      }
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      return parse(parser);
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw malformed(8 + at, "the header is not JSON: " + e.getOriginalMessage());
    }
  }

  private List<Declared> parse(JsonParser parser) {
    List<Declared> infos = new ArrayList<>();
    expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "the header");
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      if (name.equals("__metadata__")) {
        metadata(parser);
      } else {
        infos.add(tensor(parser, name));
      }
    }
    if (parser.nextToken() != null) {
      throw malformed(at(parser), "the header goes on after its object");
    }
    return infos;
  }

  private void metadata(JsonParser parser) {
    expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "__metadata__");
    for (String key = parser.nextName(); key != null; key = parser.nextName()) {
      expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, "__metadata__ key " + key);
      metadata.put(key, parser.getString());
    }
  }

  private Declared tensor(JsonParser parser, String name) {
    expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "tensor " + name);
    long at = at(parser);
    DType dtype = null;
    long[] shape = null;
    long[] extent = null;
    for (String key = parser.nextName(); key != null; key = parser.nextName()) {
      switch (key) {
        case "dtype" -> dtype = dtype(parser, name);
        case "shape" -> shape = numbers(parser, "the shape of tensor " + name, DIMENSIONS_MAX);
        case "data_offsets" -> extent = numbers(parser, "data_offsets of tensor " + name, 2);
        default -> {
          parser.nextToken();
          parser.skipChildren();
        }
      }
    }
    return info(name, dtype, shape, extent, at);
  }

  private Declared info(
      String name,
      @Nullable DType dtype,
      long @Nullable [] shape,
      long @Nullable [] extent,
      long at) {
    if (dtype == null || shape == null || extent == null || extent.length != 2) {
      throw malformed(
          at, "tensor %s lacks one of dtype, shape and two data_offsets".formatted(name));
    }
    long size = dtype.bytes();
    for (long dimension : shape) {
      if (dimension != 0 && size > Long.MAX_VALUE / dimension) {
        throw malformed(at, "tensor %s: its shape has more than 2^63 bytes".formatted(name));
      }
      size *= dimension;
    }
    if (extent[1] - extent[0] != size) { // both are >= 0, so the difference cannot overflow
      throw malformed(
          at,
          "tensor %s: data_offsets span %d bytes, its shape needs %d"
              .formatted(name, extent[1] - extent[0], size));
    }
    return new Declared(name, dtype, shape, extent[0], extent[1], at);
  }

  private DType dtype(JsonParser parser, String name) {
    expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, "dtype of tensor " + name);
    String dtype = parser.getString();
    long at = at(parser);
    return DType.ofName(dtype)
        .orElseThrow(() ->
            malformed(
                at, "tensor %s has dtype %s, which Hanok does not read".formatted(name, dtype)));
  }

  private long[] numbers(JsonParser parser, String what, int countMax) {
    expect(parser, parser.nextToken(), JsonToken.START_ARRAY, what);
    long[] numbers = new long[countMax];
    int count = 0;
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      expect(parser, t, JsonToken.VALUE_NUMBER_INT, what);
      if (count == countMax) {
        throw malformed(at(parser), "%s: more than %d numbers".formatted(what, countMax));
      }
      numbers[count] = parser.getLongValue();
      if (numbers[count] < 0) {
        throw malformed(at(parser), "%s: %d is negative".formatted(what, numbers[count]));
      }
      count++;
    }
    return Arrays.copyOf(numbers, count);
  }

  /** Checks that the tensors tile the data, as the format demands, and slices them out. */
  private void locate(List<Declared> infos, MemorySegment data) {
    infos.sort(Comparator.comparingLong(Declared::begin).thenComparingLong(Declared::end));
    long covered = 0;
    for (Declared info : infos) {
      if (info.end() > data.byteSize()) {
        throw malformed(
            info.at(),
            "tensor %s ends at %d of %d data bytes; is the file truncated?"
                .formatted(info.name(), info.end(), data.byteSize()));
      }
      if (info.begin() != covered) {
        throw malformed(
            info.at(),
            "tensor %s begins at %d, but the one before ends at %d"
                .formatted(info.name(), info.begin(), covered));
      }
      covered = info.end();
      MemorySegment values = data.asSlice(info.begin(), info.end() - info.begin());
      tensors.put(
          info.name(), new SafeTensors.Tensor(info.name(), info.dtype(), info.shape(), values));
    }
    if (covered != data.byteSize()) {
      throw malformed(
          bytes.byteSize() - data.byteSize() + covered,
          "%d data bytes, but the tensors end at %d".formatted(data.byteSize(), covered));
    }
  }

  private void expect(
      JsonParser parser, @Nullable JsonToken found, JsonToken expected, String what) {
    if (found != expected) {
      throw malformed(at(parser), "%s: %s expected, %s found".formatted(what, expected, found));
    }
  }

  private static long at(JsonParser parser) {
    return 8 + Math.max(0, parser.currentTokenLocation().getByteOffset());
  }

  private MalformedModelException malformed(long at, String reason) {
    return new MalformedModelException(file, at, reason);
  }
}
