package hanok.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that templates find, and the values that only they make. */
final class JinjaGlobals {
  private static final int FORMAT_MAX = 100;

  private JinjaGlobals() {}

  static void addTo(Scope scope) {
    add(scope, "range", JinjaGlobals::range);
    add(scope, "namespace", call -> new Namespace(entries(call)));
    add(scope, "dict", JinjaGlobals::dict);
    add(scope, "cycler", call -> new Cycler(List.copyOf(call.positional())));
    add(scope, "joiner", call -> new Joiner(call.text(0, "sep", ", ")));
    add(
        scope,
        "raise_exception",
        call -> {
          throw Fault.raised(call.text(0, "message").string());
        });
    add(scope, "strftime_now", JinjaGlobals::now);
  }

  private static void add(Scope scope, String name, java.util.function.Function<Call, Value> body) {
    scope.set(name, new Special.Function(name, body));
  }

  private static Value now(Call call) {
    Text format = call.strictText(0, "format");
    if (format.length() > FORMAT_MAX) {
      throw new Fault(
          "a date's format may have %d characters, this has %d"
              .formatted(FORMAT_MAX, format.length()));
    }
    call.meter().step(FORMAT_MAX);
    return Text.of(Clock.format(call.evaluator().now(), format.string()), format.isTemplate());
  }

  private static Value range(Call call) {
    List<Value> bounds = call.positional();
    if (bounds.isEmpty() || bounds.size() > 3) {
      throw new Fault("range takes 1 to 3 arguments, got " + bounds.size());
    }
    long from = bounds.size() == 1 ? 0 : Operators.integer(bounds.get(0));
    long to = Operators.integer(bounds.get(bounds.size() == 1 ? 0 : 1));
    long step = bounds.size() == 3 ? Operators.integer(bounds.get(2)) : 1;
    if (step == 0) {
      throw new Fault("the step of a range must not be 0");
    }
    List<Value> values = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      call.meter().step();
      values.add(new Value.Int(i));
      if (values.size() > Meter.ITEMS_MAX) {
        throw new Fault("a range may have %d elements".formatted(Meter.ITEMS_MAX));
      }
      if (step > 0 ? i > Long.MAX_VALUE - step : i < Long.MIN_VALUE - step) {
        break;
      }
    }
    return Items.list(values);
  }

  private static Map<String, Value> entries(Call call) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (Value given : call.positional()) {
      if (!(given instanceof Dict dict)) {
        throw new Fault(call.name() + " wants a dict, not a " + given.type());
      }
      dict.entries()
          .forEach(e -> entries.put(Printing.str(e.key(), call.meter()).string(), e.value()));
    }
    entries.putAll(call.named());
    call.meter().step(entries.size());
    return entries;
  }

  private static Value dict(Call call) {
    Dict.Builder dict = new Dict.Builder();
    for (Value given : call.positional()) {
      if (!(given instanceof Dict other)) {
        throw new Fault("dict wants a dict, not a " + given.type());
      }
      call.meter().step(other.size());
      dict.putAll(other);
    }
    call.named().forEach(dict::put);
    return dict.build();
  }

  /** The one value that templates may change. */
  static final class Namespace implements Special {
    private final Map<String, Value> values;

    Namespace(Map<String, Value> values) {
      this.values = values;
    }

    void set(String name, Value value) {
      values.put(name, value);
    }

    @Override
    public String typeName() {
      return "Namespace";
    }

    @Override
    public @Nullable Value attribute(String name) {
      return values.get(name);
    }
  }

  /** Gives its values in turn. */
  private static final class Cycler implements Special {
    private final List<Value> values;
    private int place;

    Cycler(List<Value> values) {
      if (values.isEmpty()) {
        throw new Fault("a cycler wants at least one value");
      }
      this.values = values;
    }

    @Override
    public String typeName() {
      return "Cycler";
    }

    @Override
    public @Nullable Value attribute(String name) {
      return switch (name) {
        case "current" -> values.get(place);
        case "next" -> new Function(name, call -> next());
        case "reset" -> new Function(name, call -> reset());
        default -> null;
      };
    }

    private Value next() {
      Value value = values.get(place);
      place = (place + 1) % values.size();
      return value;
    }

    private Value reset() {
      place = 0;
      return Nothing.NONE;
    }
  }

  /** Is empty when it is called first, and a separator from then on. */
  private static final class Joiner implements Special {
    private final Text separator;
    private boolean used;

    Joiner(Text separator) {
      this.separator = separator;
    }

    @Override
    public String typeName() {
      return "Joiner";
    }

    @Override
    public Value call(Call call) {
      Text result = used ? separator : Text.EMPTY;
      used = true;
      return result;
    }
  }
}
