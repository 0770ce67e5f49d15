package hanok.template;

import org.jspecify.annotations.Nullable;

/** Attributes, elements and methods of values. There are no others: nothing looks into Java. */
final class Members {
  private Members() {}

  /** {@code of.name}: an attribute or method, else an element. */
  static Value attribute(Value of, String name) {
    defined(of, name);
    Value found = of instanceof Special special ? special.attribute(name) : method(of, name);
    if (found == null && of instanceof Dict dict) {
      found = dict.find(name);
    }
    return found == null ? new Value.Undefined(name) : found;
  }

  /** {@code of[index]}: an element, else an attribute or method. */
  static Value subscript(Value of, Value index, Meter meter) {
    defined(of, Printing.str(index, meter).string());
    Value found = null;
    if (of instanceof Dict dict) {
      found = Dict.isKey(index) ? dict.find(Dict.key(index)) : null;
    } else if ((of instanceof Items || of instanceof Text) && Operators.isInteger(index)) {
      found = Sequences.at(of, Operators.integer(index), meter);
    }
    if (found == null && index instanceof Text name) {
      found =
          of instanceof Special special
              ? special.attribute(name.string())
              : method(of, name.string());
    }
    return found == null ? new Value.Undefined(Printing.str(index, meter).string()) : found;
  }

  private static void defined(Value of, String name) {
    if (of instanceof Value.Undefined undefined) {
      throw new Fault("'" + undefined.name() + "' is undefined, it has no '" + name + "'");
    }
  }

  private static @Nullable Value method(Value of, String name) {
    return switch (of) {
      case Text text -> TextMethods.find(text, name);
      case Dict dict -> method(dict, name);
      case Items items -> method(items, name);
      default -> null;
    };
  }

  private static @Nullable Value method(Dict dict, String name) {
    return switch (name) {
      case "items" -> new Special.Function(name, call -> items(dict, call.meter()));
      case "keys" ->
          new Special.Function(name, call -> Items.list(Sequences.elements(dict, call.meter())));
      case "values" ->
          new Special.Function(
              name,
              call -> {
                call.meter().step(dict.size());
                return Items.list(dict.entries().stream().map(Dict.Entry::value).toList());
              });
      case "get" ->
          new Special.Function(
              name,
              call -> {
                Value fallback = call.value(1, "default", Value.Nothing.NONE);
                Value value = dict.find(Dict.key(call.value(0, "key")));
                return value == null ? fallback : value;
              });
      default -> null;
    };
  }

  /** The entries of a dictionary as tuples. */
  static Value items(Dict dict, Meter meter) {
    meter.step(2L * dict.size());
    return Items.list(dict.pairs());
  }

  private static @Nullable Value method(Items items, String name) {
    return switch (name) {
      case "count" ->
          new Special.Function(
              name,
              call -> {
                Value wanted = call.value(0, "value");
                return new Value.Int(
                    items.values().stream()
                        .filter(v -> Operators.equal(v, wanted, call.meter()))
                        .count());
              });
      case "index" ->
          new Special.Function(
              name,
              call -> {
                Value wanted = call.value(0, "value");
                for (int i = 0; i < items.values().size(); i++) {
                  if (Operators.equal(items.values().get(i), wanted, call.meter())) {
                    return new Value.Int(i);
                  }
                }
                throw new Fault("the value is not in the list");
              });
      default -> null;
    };
  }
}
