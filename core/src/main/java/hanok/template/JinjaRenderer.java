package hanok.template;

import hanok.template.JinjaNode.Branch;
import hanok.template.JinjaNode.Signature;
import hanok.template.JinjaNode.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the statements of a template. */
final class JinjaRenderer {
  /** How a list of statements ended. */
  enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final JinjaEvaluator evaluator;
  private final Meter meter;

  JinjaRenderer(JinjaEvaluator evaluator) {
    this.evaluator = evaluator;
    meter = evaluator.meter();
  }

  Flow run(List<JinjaNode> nodes, Scope scope, TextBuilder out) {
    meter.enter();
    Flow flow = Flow.NORMAL;
    for (int i = 0; i < nodes.size() && flow == Flow.NORMAL; i++) {
      flow = run(nodes.get(i), scope, out);
    }
    meter.leave();
    return flow;
  }

  private Flow run(JinjaNode node, Scope scope, TextBuilder out) {
    evaluator.arriveAt(node.at());
    switch (node) {
      case JinjaNode.Data data -> out.append(data.text());
      case JinjaNode.Output output ->
          out.append(Printing.str(evaluator.evaluate(output.value(), scope), meter));
      case JinjaNode.If choice -> {
        return choose(choice, scope, out);
      }
      case JinjaNode.For loop -> {
        return loop(loop, scope, out);
      }
      case JinjaNode.Set set -> assign(set.target(), evaluator.evaluate(set.value(), scope), scope);
      case JinjaNode.SetBlock set -> {
        TextBuilder text = new TextBuilder(meter);
        Flow flow = run(set.body(), new Scope(scope), text);
        assign(set.target(), filtered(set.value(), text.build(), scope), scope);
        return flow;
      }
      case JinjaNode.With with -> {
        Scope inside = new Scope(scope);
        for (JinjaNode.Set set : with.sets()) {
          assign(set.target(), evaluator.evaluate(set.value(), scope), inside);
        }
        return run(with.body(), inside, out);
      }
      case JinjaNode.Macro macro ->
          scope.set(macro.name(), new Macro(macro.name(), macro.signature(), macro.body(), scope));
      case JinjaNode.CallBlock block -> {
        Macro caller = new Macro("caller", block.signature(), block.body(), scope);
        Value written = evaluator.invocation(block.call(), scope, Map.of("caller", caller));
        out.append(Printing.str(written, meter));
      }
      case JinjaNode.FilterBlock block -> {
        TextBuilder text = new TextBuilder(meter);
        Flow flow = run(block.body(), new Scope(scope), text);
        out.append(Printing.str(filtered(block.value(), text.build(), scope), meter));
        return flow;
      }
      case JinjaNode.Break _ -> {
        return Flow.BREAK;
      }
      case JinjaNode.Continue _ -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NORMAL;
  }

  private Value filtered(Expression filters, Text body, Scope scope) {
    Scope inside = new Scope(scope);
    inside.set(JinjaNode.BODY, body);
    return evaluator.evaluate(filters, inside);
  }

  private Flow choose(JinjaNode.If choice, Scope scope, TextBuilder out) {
    for (Branch branch : choice.branches()) {
      if (evaluator.evaluate(branch.test(), scope).truth()) {
        return run(branch.body(), scope, out);
      }
    }
    return run(choice.otherwise(), scope, out);
  }

  private Flow loop(JinjaNode.For loop, Scope scope, TextBuilder out) {
    List<Value> values = Sequences.elements(evaluator.evaluate(loop.in(), scope), meter);
    Expression filter = loop.filter();
    if (filter != null) {
      List<Value> chosen = new ArrayList<>();
      for (Value value : values) {
        Scope inside = new Scope(scope);
        assign(loop.target(), value, inside);
        if (evaluator.evaluate(filter, inside).truth()) {
          chosen.add(value);
        }
      }
      values = chosen;
    }
    if (values.isEmpty()) {
      return run(loop.otherwise(), new Scope(scope), out);
    }
    JinjaLoop state = new JinjaLoop(values);
    for (int i = 0; i < values.size(); i++) {
      meter.step();
      Scope inside = new Scope(scope);
      state.moveTo(i);
      inside.set("loop", state);
      assign(loop.target(), values.get(i), inside);
      if (run(loop.body(), inside, out) == Flow.BREAK) {
        break;
      }
    }
    return Flow.NORMAL;
  }

  private void assign(Target target, Value value, Scope scope) {
    meter.step();
    switch (target) {
      case Target.ToName name -> scope.set(name.name(), value);
      case Target.ToAttribute attribute -> {
        if (!(scope.find(attribute.namespace(), meter) instanceof JinjaGlobals.Namespace names)) {
          throw new Fault("only a namespace has attributes that can be set");
        }
        names.set(attribute.attribute(), value);
      }
      case Target.ToEach each -> {
        List<Value> values = Sequences.elements(value, meter);
        if (values.size() != each.targets().size()) {
          throw new Fault("%d values for %d names".formatted(values.size(), each.targets().size()));
        }
        for (int i = 0; i < values.size(); i++) {
          assign(each.targets().get(i), values.get(i), scope);
        }
      }
    }
  }

  /** A macro, with the names that hold where it is written. */
  private final class Macro implements Special {
    private final String name;
    private final Signature signature;
    private final List<JinjaNode> body;
    private final Scope around;

    Macro(String name, Signature signature, List<JinjaNode> body, Scope around) {
      this.name = name;
      this.signature = signature;
      this.body = body;
      this.around = around;
    }

    @Override
    public String typeName() {
      return "macro " + name;
    }

    @Override
    public Value call(Call call) {
      Scope inside = new Scope(around);
      List<String> names = signature.names();
      int required = names.size() - signature.defaults().size();
      for (int i = 0; i < names.size(); i++) {
        Value given = call.find(i, names.get(i));
        if (given == null) {
          given =
              i < required
                  ? new Value.Undefined(names.get(i))
                  : evaluator.evaluate(signature.defaults().get(i - required), inside);
        }
        inside.set(names.get(i), given);
      }
      Value caller = call.findNamed("caller");
      if (caller instanceof Macro) {
        inside.set("caller", caller);
      }
      TextBuilder out = new TextBuilder(meter);
      run(body, inside, out);
      return out.build();
    }
  }
}
