package hanok.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A dictionary, which keeps the order in which its keys came. */
public final class Dict implements Value {
  record Entry(Value key, Value value) {}

  private final SequencedMap<Object, Entry> entries;
  private final int height;

  private Dict(SequencedMap<Object, Entry> entries) {
    this.entries = entries;
    int deepest = 0;
    for (Entry entry : entries.values()) {
      deepest = Math.max(deepest, entry.value.height());
    }
    height = Items.checked(deepest + 1);
  }

  /** Collects entries; a key that comes again keeps its place and gets the new value. */
  static final class Builder {
    private final SequencedMap<Object, Entry> entries = new LinkedHashMap<>();

    Builder put(String key, Value value) {
      return put(Text.of(key, true), value);
    }

    Builder put(Value key, Value value) {
      entries.merge(
          key(key), new Entry(key, value), (known, added) -> new Entry(known.key, added.value));
      return this;
    }

    Builder putAll(Dict dict) {
      dict.entries().forEach(entry -> put(entry.key, entry.value));
      return this;
    }

    Dict build() {
      return new Dict(entries);
    }
  }

  /** Whether a value can be a key. */
  static boolean isKey(Value value) {
    return value instanceof Text || Operators.isNumber(value) || value == Nothing.NONE;
  }

  /** What tells a key from another: 1, 1.0 and true are one, and it matters not who said a text. */
  static Object key(Value value) {
    return switch (value) {
      case Text text -> text.string();
      case Bool flag -> flag.value() ? 1L : 0L;
      case Int number -> number.value();
      case Real number when number.value() == (long) number.value() -> (long) number.value();
      case Real number -> number.value();
      case Nothing none -> none;
      default -> throw new Fault("a " + value.type() + " cannot be a key");
    };
  }

  /** The value of a key, or null if there is none. */
  @Nullable Value find(Object key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value;
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  List<Value> keys() {
    return new ArrayList<>(entries.values().stream().map(Entry::key).toList());
  }

  /** Each key with its value, as tuples. */
  List<Value> pairs() {
    List<Value> pairs = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> pairs.add(Items.tuple(entry.key, entry.value)));
    return pairs;
  }

  int size() {
    return entries.size();
  }

  @Override
  public int height() {
    return height;
  }

  /** The entries by what tells their keys apart. */
  Map<Object, Entry> byKey() {
    return entries;
  }
}
