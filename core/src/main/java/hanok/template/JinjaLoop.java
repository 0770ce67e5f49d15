package hanok.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code loop} stands for. */
final class JinjaLoop implements Special {
  private final List<Value> values;
  private int index;
  private @Nullable List<Value> seen; // what changed() has seen last

  JinjaLoop(List<Value> values) {
    this.values = values;
  }

  void moveTo(int index) {
    this.index = index;
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public @Nullable Value attribute(String name) {
    return switch (name) {
      case "index" -> new Int(index + 1L);
      case "index0" -> new Int(index);
      case "revindex" -> new Int(values.size() - (long) index);
      case "revindex0" -> new Int(values.size() - index - 1L);
      case "first" -> Bool.of(index == 0);
      case "last" -> Bool.of(index == values.size() - 1);
      case "length" -> new Int(values.size());
      case "depth" -> new Int(1); // of recursion, which is not supported
      case "depth0" -> new Int(0);
      case "previtem" -> item(index - 1, name);
      case "nextitem" -> item(index + 1, name);
      case "cycle" -> new Function(name, this::cycle);
      case "changed" -> new Function(name, this::changed);
      default -> null;
    };
  }

  private Value item(int place, String name) {
    boolean exists = place >= 0 && place < values.size();
    return exists ? values.get(place) : new Undefined(name);
  }

  private Value cycle(Call call) {
    List<Value> choices = call.positional();
    if (choices.isEmpty()) {
      throw new Fault("cycle wants at least one value");
    }
    return choices.get(index % choices.size());
  }

  private Value changed(Call call) {
    List<Value> now = List.copyOf(call.positional());
    List<Value> before = seen;
    seen = now;
    return Bool.of(
        before == null || !Operators.equal(Items.tuple(before), Items.tuple(now), call.meter()));
  }
}
