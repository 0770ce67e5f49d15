package hanok.template;

import org.jspecify.annotations.Nullable;

/** A value with attributes of its own, or one that can be called: loops, namespaces, macros. */
non-sealed interface Special extends Value {
  /** What messages call it. */
  String typeName();

  /** An attribute, or null if there is none of that name. */
  default @Nullable Value attribute(String name) {
    return null;
  }

  /** Calls it. */
  default Value call(Call call) {
    throw new Fault("a " + typeName() + " cannot be called");
  }

  /** A function as a value. */
  record Function(String name, java.util.function.Function<Call, Value> body) implements Special {
    @Override
    public String typeName() {
      return "function " + name;
    }

    @Override
    public Value call(Call call) {
      return body.apply(call);
    }
  }
}
