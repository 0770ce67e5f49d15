package hanok.template;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a function, filter, test or method is called with, and what it may use. */
final class Call {
  private final JinjaEvaluator evaluator;
  private final String name;
  private final List<Value> positional;
  private final Map<String, Value> named;
  private final Set<String> asked = new HashSet<>();
  private int askedPositional;

  Call(JinjaEvaluator evaluator, String name, List<Value> positional, Map<String, Value> named) {
    this.evaluator = evaluator;
    this.name = name;
    this.positional = positional;
    this.named = named;
  }

  JinjaEvaluator evaluator() {
    return evaluator;
  }

  Meter meter() {
    return evaluator.meter();
  }

  String name() {
    return name;
  }

  /** The positional arguments; asking for them uses all. */
  List<Value> positional() {
    askedPositional = positional.size();
    return positional;
  }

  /** The named arguments; asking for them uses all. */
  Map<String, Value> named() {
    asked.addAll(named.keySet());
    return named;
  }

  /** An argument, or null if it was not given. */
  @Nullable Value find(int index, String parameter) {
    askedPositional = Math.max(askedPositional, index + 1);
    asked.add(parameter);
    return index < positional.size() ? positional.get(index) : named.get(parameter);
  }

  /** An argument that has no place but only a name, or null. */
  @Nullable Value findNamed(String parameter) {
    asked.add(parameter);
    return named.get(parameter);
  }

  /** An argument that must be there; the first is what a filter or method stands behind. */
  Value value(int index, String parameter) {
    Value value = find(index, parameter);
    if (value == null) {
      throw new Fault(name + " lacks its argument " + parameter);
    }
    return value;
  }

  Value value(int index, String parameter, Value fallback) {
    Value value = find(index, parameter);
    return value == null ? fallback : value;
  }

  /** An argument as a text; what is none, is printed. */
  Text text(int index, String parameter) {
    return Printing.str(value(index, parameter), meter());
  }

  Text text(int index, String parameter, String fallback) {
    return Printing.str(value(index, parameter, Text.of(fallback)), meter());
  }

  /** An argument that must be a text, as methods of texts want it. */
  Text strictText(int index, String parameter) {
    Value value = value(index, parameter);
    if (value instanceof Text text) {
      return text;
    }
    throw new Fault(name + " wants a str, not a " + value.type());
  }

  long integer(int index, String parameter, long fallback) {
    Value value = find(index, parameter);
    return value == null ? fallback : Operators.integer(value);
  }

  /** An argument within the limits of a size, for widths and counts. */
  int size(int index, String parameter, int fallback) {
    return Math.clamp(integer(index, parameter, fallback), -1, Meter.TEXT_MAX);
  }

  boolean flag(int index, String parameter, boolean fallback) {
    Value value = find(index, parameter);
    return value == null ? fallback : value.truth();
  }

  /** Fails if an argument was given that nobody asked for. */
  void finish() {
    if (positional.size() > askedPositional) {
      throw new Fault(
          "%s takes %d arguments, got %d".formatted(name, askedPositional, positional.size()));
    }
    for (String given : named.keySet()) {
      if (!asked.contains(given)) {
        throw new Fault(name + " has no argument " + given);
      }
    }
  }
}
