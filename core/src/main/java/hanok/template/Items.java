package hanok.template;

import java.util.List;

/** A list, a tuple, or what a filter such as {@code map} yields, which is always true. */
public final class Items implements Value {
  /** What Python would have made of it. */
  enum Kind {
    LIST,
    TUPLE,
    LAZY
  }

  static final Items EMPTY = list(List.of());

  private final List<Value> values;
  private final Kind kind;
  private final int height;

  private Items(List<Value> values, Kind kind) {
    if (values.size() > Meter.ITEMS_MAX) {
      throw new Fault(
          "a list may have %d elements, this has %d".formatted(Meter.ITEMS_MAX, values.size()));
    }
    this.values = values;
    this.kind = kind;
    int deepest = 0;
    for (Value value : values) {
      deepest = Math.max(deepest, value.height());
    }
    height = checked(deepest + 1);
  }

  static int checked(int height) {
    if (height > Meter.VALUE_DEPTH_MAX) {
      throw new Fault("a value nests deeper than %d levels".formatted(Meter.VALUE_DEPTH_MAX));
    }
    return height;
  }

  /** Takes the list as it is: nobody may change it any more. */
  static Items list(List<Value> values) {
    return new Items(values, Kind.LIST);
  }

  static Items tuple(Value... values) {
    return tuple(List.of(values));
  }

  static Items tuple(List<Value> values) {
    return new Items(values, Kind.TUPLE);
  }

  static Items lazy(List<Value> values) {
    return new Items(values, Kind.LAZY);
  }

  /** Other elements of the same kind. */
  Items with(List<Value> others) {
    return new Items(others, kind);
  }

  List<Value> values() {
    return values;
  }

  Kind kind() {
    return kind;
  }

  @Override
  public int height() {
    return height;
  }
}
