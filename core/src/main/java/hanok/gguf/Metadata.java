package hanok.gguf;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The keys and values at the head of a GGUF file, in file order. The typed accessors throw
 * {@link MalformedModelException} naming file, offset and key where a required key is missing or a
 * value has another type; the ones with a fallback do so only for another type.
 */
public final class Metadata {
  private record Entry(GgufValue value, long offset) {}

  private final Path file;
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

  /** Empty metadata of {@code file}, which messages will name. */
  Metadata(Path file) {
    this.file = file;
  }

  /** Metadata that is not, or not yet, in a file; {@code name} stands for it in messages. */
  public static Metadata of(Path name, SequencedMap<String, GgufValue> values) {
    Metadata metadata = new Metadata(name);
    values.forEach((key, value) -> metadata.add(key, value, MalformedModelException.NOWHERE));
    return metadata;
  }

  /** Returns false, and changes nothing, if the key is there already. */
  boolean add(String key, GgufValue value, long offset) {
    return entries.putIfAbsent(key, new Entry(value, offset)) == null;
  }

  public Path file() {
    return file;
  }

  /** All values by key, in file order. */
  public SequencedMap<String, GgufValue> values() {
    SequencedMap<String, GgufValue> values = new LinkedHashMap<>();
    entries.forEach((key, entry) -> values.put(key, entry.value()));
    return Collections.unmodifiableSequencedMap(values);
  }

  public boolean has(String key) {
    return entries.containsKey(key);
  }

  public String string(String key) {
    return typed(key, String.class, "STRING");
  }

  public String string(String key, String fallback) {
    return has(key) ? string(key) : fallback;
  }

  /** An integer of any width that fits an {@code int}. */
  public int integer(String key) {
    long value = typed(key, Long.class, "integer");
    boolean unsigned64 = required(key).value().type() == GgufValue.Type.UINT64 && value < 0;
    if (value != (int) value || unsigned64) {
      String text = unsigned64 ? Long.toUnsignedString(value) : Long.toString(value);
      throw malformed(key, text + " is out of range");
    }
    return (int) value;
  }

  public int integer(String key, int fallback) {
    return has(key) ? integer(key) : fallback;
  }

  public float real(String key) {
    return required(key).value().value() instanceof Double value
        ? value.floatValue()
        : typed(key, Float.class, "FLOAT32");
  }

  public float real(String key, float fallback) {
    return has(key) ? real(key) : fallback;
  }

  public boolean flag(String key, boolean fallback) {
    return has(key) ? typed(key, Boolean.class, "BOOL") : fallback;
  }

  public StringTable strings(String key) {
    List<?> values = typed(key, List.class, "ARRAY of STRING");
    return values instanceof StringTable table
        ? table
        : StringTable.of(values.stream().map(String.class::cast).toList());
  }

  /** The elements of an integer array, each of which must fit an {@code int}. */
  public int[] integers(String key) {
    long[] wide = typed(key, long[].class, "ARRAY of integers");
    int[] values = new int[wide.length];
    for (int i = 0; i < wide.length; i++) {
      values[i] = (int) wide[i];
      if (values[i] != wide[i]) {
        throw malformed(key, "element %d, %d, is out of range".formatted(i, wide[i]));
      }
    }
    return values;
  }

  public float[] floats(String key) {
    return typed(key, float[].class, "ARRAY of FLOAT32").clone();
  }

  /** An exception that points at a key whose value cannot be right, for the reader to throw. */
  public MalformedModelException malformed(String key, String reason) {
    Entry entry = entries.get(key);
    long offset = entry == null ? MalformedModelException.NOWHERE : entry.offset();
    return new MalformedModelException(file, offset, "key " + key + ": " + reason);
  }

  private <T> T typed(String key, Class<T> type, String expected) {
    GgufValue value = required(key).value();
    if (!type.isInstance(value.value())) {
      throw malformed(key, "expected %s, found %s".formatted(expected, value.describeType()));
    }
    return type.cast(value.value());
  }

  private Entry required(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw malformed(key, "missing");
    }
    return entry;
  }
}
