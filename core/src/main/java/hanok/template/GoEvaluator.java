package hanok.template;

import hanok.template.GoNode.Command;
import hanok.template.GoNode.Operand;
import hanok.template.GoNode.Pipeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a Go template. */
final class GoEvaluator {
  private enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Map<String, List<GoNode>> definitions;
  private final int endAt;
  private final Meter meter = Meter.ofRun();
  private final TextBuilder out = new TextBuilder(meter);
  private int at;

  /**
   * @param endAt nodes behind this place of the source are left out
   */
  GoEvaluator(Map<String, List<GoNode>> definitions, int endAt) {
    this.definitions = definitions;
    this.endAt = endAt;
  }

  Meter meter() {
    return meter;
  }

  int at() {
    return at;
  }

  /** Writes the nodes with {@code data} as both dot and {@code $}. */
  Text run(List<GoNode> nodes, Value data) {
    template(nodes, data);
    return out.build();
  }

  private void template(List<GoNode> nodes, Value data) {
    Scope scope = new Scope(null);
    scope.set("$", data);
    run(nodes, data, scope);
  }

  private Flow run(List<GoNode> nodes, Value dot, Scope scope) {
    meter.enter();
    Flow flow = Flow.NORMAL;
    for (int i = 0; i < nodes.size() && flow == Flow.NORMAL; i++) {
      if (nodes.get(i).at() <= endAt) {
        flow = run(nodes.get(i), dot, scope);
      }
    }
    meter.leave();
    return flow;
  }

  private Flow run(GoNode node, Value dot, Scope scope) {
    at = node.at();
    meter.step();
    switch (node) {
      case GoNode.Literal literal -> out.append(literal.text());
      case GoNode.Action action -> {
        Value value = evaluate(action.pipeline(), dot, scope);
        if (action.pipeline().variable() == null) {
          out.append(GoFunctions.print(value, meter));
        }
      }
      case GoNode.If choice -> {
        Scope inside = new Scope(scope);
        boolean holds = evaluate(choice.test(), dot, inside).truth();
        return run(holds ? choice.body() : choice.otherwise(), dot, inside);
      }
      case GoNode.With with -> {
        Scope inside = new Scope(scope);
        Value value = evaluate(with.value(), dot, inside);
        return value.truth() ? run(with.body(), value, inside) : run(with.otherwise(), dot, inside);
      }
      case GoNode.Range range -> {
        return range(range, dot, scope);
      }
      case GoNode.Template template -> {
        List<GoNode> body = definitions.get(template.name());
        if (body == null) {
          throw new Fault("no template is called '" + template.name() + "'");
        }
        Pipeline data = template.data();
        template(body, data == null ? Value.Nothing.NONE : evaluate(data, dot, scope));
      }
      case GoNode.Break _ -> {
        return Flow.BREAK;
      }
      case GoNode.Continue _ -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NORMAL;
  }

  private record Element(Value key, Value value) {}

  private Flow range(GoNode.Range range, Value dot, Scope scope) {
    List<Element> elements = elements(evaluate(range.of(), dot, scope));
    if (elements.isEmpty()) {
      return run(range.otherwise(), dot, new Scope(scope));
    }
    List<String> variables = range.variables();
    for (Element element : elements) {
      meter.step();
      Scope inside = new Scope(scope);
      if (variables.size() == 2) {
        inside.set(variables.getFirst(), element.key);
      }
      if (!variables.isEmpty()) {
        inside.set(variables.getLast(), element.value);
      }
      if (run(range.body(), element.value, inside) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NORMAL;
  }

  private List<Element> elements(Value value) {
    List<Element> elements = new ArrayList<>();
    switch (value) {
      case Items items -> {
        for (Value item : items.values()) {
          meter.step();
          elements.add(new Element(new Value.Int(elements.size()), item));
        }
      }
      case Dict dict -> {
        meter.step(dict.size());
        dict.entries().forEach(e -> elements.add(new Element(e.key(), e.value())));
        elements.sort(Comparator.comparing(e -> GoFunctions.print(e.key, meter).string()));
      }
      case Value.Int number -> {
        if (number.value() > Meter.ITEMS_MAX) {
          throw new Fault("a range may have %d elements".formatted(Meter.ITEMS_MAX));
        }
        for (long i = 0; i < number.value(); i++) {
          meter.step();
          elements.add(new Element(new Value.Int(i), new Value.Int(i)));
        }
      }
      case Value.Nothing _, Value.Undefined _ -> {}
      default -> throw new Fault("range cannot go over a " + value.type());
    }
    return elements;
  }

  private Value evaluate(Pipeline pipeline, Value dot, Scope scope) {
    meter.enter();
    Value value = null;
    for (Command command : pipeline.commands()) {
      value = evaluate(command, value, dot, scope);
    }
    meter.leave();
    if (value == null) {
      throw new Fault("a pipeline is empty");
    }
    String variable = pipeline.variable();
    if (variable != null && pipeline.declares()) {
      scope.set(variable, value);
    } else if (variable != null && !scope.change(variable, value, meter)) {
      throw new Fault("the variable " + variable + " is not declared");
    }
    return value;
  }

  private Value evaluate(Command command, @Nullable Value last, Value dot, Scope scope) {
    at = command.at();
    meter.step();
    List<Operand> operands = command.operands();
    if (operands.getFirst() instanceof Operand.Function function) {
      List<Operand> rest = operands.subList(1, operands.size());
      if (function.name().equals("and") || function.name().equals("or")) {
        return choose(function.name().equals("and"), rest, last, dot, scope);
      }
      List<Value> arguments = new ArrayList<>();
      rest.forEach(operand -> arguments.add(evaluate(operand, dot, scope)));
      if (last != null) {
        arguments.add(last);
      }
      at = function.at();
      return GoFunctions.call(function.name(), arguments, meter);
    }
    if (operands.size() > 1 || last != null) {
      throw new Fault("only a function takes arguments");
    }
    return evaluate(operands.getFirst(), dot, scope);
  }

  /** The first argument that decides, of those that are looked at in turn. */
  private Value choose(
      boolean and, List<Operand> operands, @Nullable Value last, Value dot, Scope scope) {
    Value value = null;
    for (Operand operand : operands) {
      value = evaluate(operand, dot, scope);
      if (value.truth() != and) {
        return value;
      }
    }
    Value result = last == null ? value : last;
    if (result == null) {
      throw new Fault((and ? "and" : "or") + " lacks an argument");
    }
    return result;
  }

  private Value evaluate(Operand operand, Value dot, Scope scope) {
    meter.enter();
    meter.step();
    Value value =
        switch (operand) {
          case Operand.Constant constant -> constant.value();
          case Operand.Dot _ -> dot;
          case Operand.Variable variable -> {
            Value known = scope.find(variable.name(), meter);
            if (known == null) {
              throw new Fault("the variable " + variable.name() + " is not declared");
            }
            yield known;
          }
          case Operand.Function function -> GoFunctions.call(function.name(), List.of(), meter);
          case Operand.Field field -> {
            Value of = evaluate(field.of(), dot, scope);
            at = field.at();
            yield field(of, field.name());
          }
          case Operand.Group group -> evaluate(group.pipeline(), dot, scope);
        };
    meter.leave();
    return value;
  }

  private static Value field(Value of, String name) {
    if (!(of instanceof Dict dict)) {
      throw new Fault("a " + of.type() + " has no field " + name);
    }
    Value value = dict.find(name);
    return value == null ? new Value.Undefined(name) : value;
  }
}
