package hanok.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Jinja's filters of lists and dictionaries. */
final class ListFilters {
  private ListFilters() {}

  static void addTo(Map<String, Function<Call, Value>> filters) {
    filters.put("list", c -> Items.list(elements(c)));
    filters.put("first", c -> end(c, true));
    filters.put("last", c -> end(c, false));
    filters.put("join", ListFilters::join);
    filters.put("reverse", ListFilters::reverse);
    filters.put("items", ListFilters::items);
    filters.put("dictsort", ListFilters::dictSort);
    filters.put("sort", ListFilters::sort);
    filters.put("unique", ListFilters::unique);
    filters.put("sum", ListFilters::sum);
    filters.put("min", c -> extreme(c, -1));
    filters.put("max", c -> extreme(c, 1));
    filters.put("batch", ListFilters::batch);
    filters.put("map", ListFilters::map);
    filters.put("select", c -> select(c, false, true));
    filters.put("reject", c -> select(c, false, false));
    filters.put("selectattr", c -> select(c, true, true));
    filters.put("rejectattr", c -> select(c, true, false));
  }

  private static Value of(Call call) {
    return call.value(0, "value");
  }

  private static List<Value> elements(Call call) {
    List<Value> elements = Sequences.elements(of(call), call.meter());
    call.meter().step(elements.size());
    return elements;
  }

  /** None of what is not true, such as none itself: so Jinja's filters that map and select do. */
  private static List<Value> elementsIfAny(Call call) {
    return of(call).truth() ? elements(call) : List.of();
  }

  private static Value end(Call call, boolean first) {
    if (of(call) instanceof Text text) {
      Value character = Sequences.at(text, first ? 0 : -1, call.meter());
      return character == null ? new Value.Undefined(call.name()) : character;
    }
    List<Value> elements = elements(call);
    if (elements.isEmpty()) {
      return new Value.Undefined(call.name());
    }
    return first ? elements.getFirst() : elements.getLast();
  }

  private static Value join(Call call) {
    Text between = call.text(1, "d", "");
    Function<Value, Value> attribute = attribute(call, 2);
    List<Value> values = elements(call).stream().map(attribute).toList();
    return Texts.join(between, values, call.meter());
  }

  private static Value reverse(Call call) {
    List<Value> reversed = new ArrayList<>(elements(call));
    Collections.reverse(reversed);
    return of(call) instanceof Text
        ? Texts.join(Text.EMPTY, reversed, call.meter())
        : Items.lazy(reversed);
  }

  private static Value items(Call call) {
    return switch (of(call)) {
      case Dict dict -> Items.lazy(((Items) Members.items(dict, call.meter())).values());
      case Value.Undefined _ -> Items.lazy(List.of());
      default -> throw new Fault("items wants a dict, not a " + of(call).type());
    };
  }

  private static Value dictSort(Call call) {
    boolean caseSensitive = call.flag(1, "case_sensitive", false);
    int place = call.text(2, "by", "key").string().equals("value") ? 1 : 0;
    boolean reverse = call.flag(3, "reverse", false);
    if (!(of(call) instanceof Dict dict)) {
      throw new Fault("dictsort wants a dict, not a " + of(call).type());
    }
    List<Value> pairs = new ArrayList<>(((Items) Members.items(dict, call.meter())).values());
    Function<Value, Value> key =
        pair -> fold(((Items) pair).values().get(place), caseSensitive, call.meter());
    sort(pairs, key, reverse, call.meter());
    return Items.list(pairs);
  }

  private static Value sort(Call call) {
    boolean reverse = call.flag(1, "reverse", false);
    boolean caseSensitive = call.flag(2, "case_sensitive", false);
    Function<Value, Value> attribute = attribute(call, 3);
    List<Value> sorted = new ArrayList<>(elements(call));
    sort(
        sorted,
        value -> fold(attribute.apply(value), caseSensitive, call.meter()),
        reverse,
        call.meter());
    return Items.list(sorted);
  }

  private static void sort(
      List<Value> values, Function<Value, Value> key, boolean reverse, Meter meter) {
    record Keyed(Value key, Value value) {}

    List<Keyed> keyed = new ArrayList<>();
    values.forEach(value -> keyed.add(new Keyed(key.apply(value), value)));
    Comparator<Keyed> order = (a, b) -> Operators.compare(a.key, b.key, meter);
    try {
      keyed.sort(reverse ? order.reversed() : order);
    } catch (IllegalArgumentException e) {
      throw new Fault("values that have no order cannot be sorted"); // NaN among them
    }
    values.clear();
    keyed.forEach(k -> values.add(k.value));
  }

  private static Value fold(Value value, boolean caseSensitive, Meter meter) {
    return value instanceof Text text && !caseSensitive ? Texts.lower(text, meter) : value;
  }

  private static Value unique(Call call) {
    boolean caseSensitive = call.flag(1, "case_sensitive", false);
    Function<Value, Value> attribute = attribute(call, 2);
    Set<Object> seen = new HashSet<>();
    List<Value> unique = new ArrayList<>();
    for (Value value : elements(call)) {
      if (seen.add(Dict.key(fold(attribute.apply(value), caseSensitive, call.meter())))) {
        unique.add(value);
      }
    }
    return Items.lazy(unique);
  }

  private static Value sum(Call call) {
    Function<Value, Value> attribute = attribute(call, 1);
    Value sum = call.value(2, "start", new Value.Int(0));
    for (Value value : elements(call)) {
      sum = Operators.add(sum, attribute.apply(value), call.meter());
    }
    return sum;
  }

  private static Value extreme(Call call, int sign) {
    boolean caseSensitive = call.flag(1, "case_sensitive", false);
    Function<Value, Value> attribute = attribute(call, 2);
    Value best = null;
    Value bestKey = Value.Nothing.NONE;
    for (Value value : elements(call)) {
      Value key = fold(attribute.apply(value), caseSensitive, call.meter());
      if (best == null || Operators.compare(key, bestKey, call.meter()) * sign > 0) {
        best = value;
        bestKey = key;
      }
    }
    return best == null ? new Value.Undefined(call.name()) : best;
  }

  private static Value batch(Call call) {
    int size = call.size(1, "linecount", 1);
    Value fill = call.value(2, "fill_with", Value.Nothing.NONE);
    List<Value> elements = elements(call);
    if (size < 1) {
      throw new Fault("a batch has at least one element");
    }
    List<Value> batches = new ArrayList<>();
    for (int from = 0; from < elements.size(); from += size) {
      int to = Math.min(elements.size(), from + size);
      List<Value> batch = new ArrayList<>(elements.subList(from, to));
      while (batch.size() < size && fill != Value.Nothing.NONE) {
        call.meter().step();
        batch.add(fill);
      }
      batches.add(Items.list(batch));
    }
    return Items.lazy(batches);
  }

  private static Value map(Call call) {
    List<Value> mapped = new ArrayList<>();
    if (call.named().containsKey("attribute")) {
      Function<Value, Value> attribute = path(call.named().get("attribute"), call.meter());
      Value fallback = call.named().get("default");
      for (Value value : elementsIfAny(call)) {
        Value found = attribute.apply(value);
        mapped.add(found instanceof Value.Undefined && fallback != null ? fallback : found);
      }
      return Items.lazy(mapped);
    }
    String filter = call.text(1, "filter").string();
    List<Value> rest = rest(call, 2);
    for (Value value : elementsIfAny(call)) {
      call.meter().step();
      mapped.add(call.evaluator().filter(filter, value, rest, call.named()));
    }
    return Items.lazy(mapped);
  }

  private static List<Value> rest(Call call, int from) {
    List<Value> all = call.positional();
    return all.subList(Math.min(from, all.size()), all.size());
  }

  private static Value select(Call call, boolean byAttribute, boolean wanted) {
    int testPlace = byAttribute ? 2 : 1;
    Function<Value, Value> attribute =
        byAttribute ? path(call.value(1, "attribute"), call.meter()) : value -> value;
    Value test = call.find(testPlace, "test");
    List<Value> rest = rest(call, testPlace + 1);
    Predicate<Value> passes =
        test == null
            ? Value::truth
            : value ->
                call.evaluator()
                    .test(Printing.str(test, call.meter()).string(), value, rest, call.named());
    List<Value> chosen = new ArrayList<>();
    for (Value value : elementsIfAny(call)) {
      call.meter().step();
      if (passes.test(attribute.apply(value)) == wanted) {
        chosen.add(value);
      }
    }
    return Items.lazy(chosen);
  }

  /** The argument {@code attribute}: a path such as {@code function.name}, or nothing. */
  private static Function<Value, Value> attribute(Call call, int index) {
    Value given = call.find(index, "attribute");
    return path(given == Value.Nothing.NONE ? null : given, call.meter());
  }

  private static Function<Value, Value> path(@Nullable Value path, Meter meter) {
    if (path == null) {
      return value -> value;
    }
    if (!(path instanceof Text text)) {
      return value -> Members.subscript(value, path, meter);
    }
    List<Value> parts = new ArrayList<>();
    for (Value part : Texts.split(text, Text.of("."), -1, meter)) {
      String name = ((Text) part).string();
      boolean number = !name.isEmpty() && name.length() < 9;
      number = number && name.chars().allMatch(c -> c >= '0' && c <= '9');
      parts.add(number ? new Value.Int(Integer.parseInt(name)) : part);
    }
    return value -> {
      Value found = value;
      for (Value part : parts) {
        meter.step();
        found = Members.subscript(found, part, meter);
      }
      return found;
    };
  }
}
