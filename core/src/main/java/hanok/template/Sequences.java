package hanok.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lengths, elements and slices of what has any. Texts count code points, as Python does. */
final class Sequences {
  private Sequences() {}

  /** The elements of what can be iterated: the keys of a dictionary, the characters of a text. */
  static List<Value> elements(Value value, Meter meter) {
    return switch (value) {
      case Items items -> items.values();
      case Dict dict -> {
        meter.step(dict.size());
        yield dict.keys();
      }
      case Text text -> characters(text, meter);
      case Value.Undefined _ -> List.of();
      default -> throw new Fault("a " + value.type() + " has no elements");
    };
  }

  private static List<Value> characters(Text text, Meter meter) {
    meter.step(text.length());
    List<Value> characters = new ArrayList<>(text.length());
    for (int at = 0; at < text.length(); ) {
      int end = at + Character.charCount(text.string().codePointAt(at));
      characters.add(text.substring(at, end));
      at = end;
    }
    return characters;
  }

  static long length(Value value, Meter meter) {
    return switch (value) {
      case Text text -> {
        meter.characters(text.length());
        yield text.codePoints();
      }
      case Items items -> items.values().size();
      case Dict dict -> dict.size();
      case Value.Undefined _ -> 0;
      default -> throw new Fault("a " + value.type() + " has no length");
    };
  }

  /** The element at an index, which may count from the end; null if there is none. */
  static @Nullable Value at(Value value, long index, Meter meter) {
    long length = length(value, meter);
    long place = index < 0 ? index + length : index;
    if (place < 0 || place >= length) {
      return null;
    }
    return switch (value) {
      case Items items -> items.values().get((int) place);
      case Text text -> {
        int from = text.string().offsetByCodePoints(0, (int) place);
        yield text.substring(from, from + Character.charCount(text.string().codePointAt(from)));
      }
      default -> null;
    };
  }

  /** {@code value[from:to:step]}, where null stands for what is not said. */
  static Value slice(
      Value value, @Nullable Long from, @Nullable Long to, @Nullable Long step, Meter meter) {
    long stride = step == null ? 1 : step;
    if (stride == 0) {
      throw new Fault("the step of a slice must not be 0");
    }
    if (!(value instanceof Text) && !(value instanceof Items)) {
      throw new Fault("a " + value.type() + " cannot be sliced");
    }
    long length = length(value, meter);
    long low = stride > 0 ? 0 : -1;
    long high = stride > 0 ? length : length - 1;
    long start = from == null ? stride > 0 ? low : high : clamp(from, length, low, high);
    long end = to == null ? stride > 0 ? high : low : clamp(to, length, low, high);
    if (value instanceof Text text && stride == 1) {
      return slice(text, (int) start, (int) end, meter);
    }
    List<Value> all = elements(value, meter);
    List<Value> chosen = new ArrayList<>();
    long at = start;
    while (stride > 0 ? at < end : at > end) {
      meter.step();
      chosen.add(all.get((int) at));
      if (Math.abs(stride) > length) {
        break; // and at + stride might overflow
      }
      at += stride;
    }
    if (value instanceof Text) {
      TextBuilder text = new TextBuilder(meter);
      chosen.forEach(c -> text.append((Text) c));
      return text.build();
    }
    return ((Items) value).with(chosen);
  }

  private static Text slice(Text text, int from, int to, Meter meter) {
    if (from >= to) {
      return Text.EMPTY;
    }
    int start = text.string().offsetByCodePoints(0, from);
    int end = text.string().offsetByCodePoints(start, to - from);
    meter.characters(end - start);
    return text.substring(start, end);
  }

  private static long clamp(long index, long length, long low, long high) {
    return Math.clamp(index < 0 ? index + length : index, low, high);
  }
}
