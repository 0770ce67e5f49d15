package hanok.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that hold at a place: its own, then those around it. */
final class Scope {
  private final @Nullable Scope around;
  private final Map<String, Value> values = new HashMap<>(4);

  Scope(@Nullable Scope around) {
    this.around = around;
  }

  void set(String name, Value value) {
    values.put(name, value);
  }

  /** Sets a name where it was set first; false if nobody has. */
  boolean change(String name, Value value, Meter meter) {
    for (Scope scope = this; scope != null; scope = scope.around) {
      meter.step();
      if (scope.values.containsKey(name)) {
        scope.values.put(name, value);
        return true;
      }
    }
    return false;
  }

  /** The value of a name, or null. */
  @Nullable Value find(String name, Meter meter) {
    for (Scope scope = this; scope != null; scope = scope.around) {
      meter.step();
      Value value = scope.values.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
