package hanok.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of Jinja; {@code at} is its place in the source. */
sealed interface JinjaNode {
  int at();

  record Data(int at, Text text) implements JinjaNode {}

  record Output(int at, Expression value) implements JinjaNode {}

  record If(int at, List<Branch> branches, List<JinjaNode> otherwise) implements JinjaNode {}

  /** A condition and what is written if it holds. */
  record Branch(Expression test, List<JinjaNode> body) {}

  record For(
      int at,
      Target target,
      Expression in,
      @Nullable Expression filter,
      List<JinjaNode> body,
      List<JinjaNode> otherwise)
      implements JinjaNode {}

  record Set(int at, Target target, Expression value) implements JinjaNode {}

  /** {@code set name}, and what stands up to {@code endset}; {@code value} is that, filtered. */
  record SetBlock(int at, Target target, Expression value, List<JinjaNode> body)
      implements JinjaNode {}

  /** {@code with}: names that hold in the body only. */
  record With(int at, List<Set> sets, List<JinjaNode> body) implements JinjaNode {}

  record Macro(int at, String name, Signature signature, List<JinjaNode> body)
      implements JinjaNode {}

  /** A call of a macro that gets {@code body} as {@code caller}. */
  record CallBlock(int at, Signature signature, Expression.Invocation call, List<JinjaNode> body)
      implements JinjaNode {}

  /** What stands between {@code filter} and {@code endfilter}. */
  record FilterBlock(int at, Expression value, List<JinjaNode> body) implements JinjaNode {}

  record Break(int at) implements JinjaNode {}

  record Continue(int at) implements JinjaNode {}

  /** The parameters of a macro; the last {@code defaults.size()} of them have a default. */
  record Signature(List<String> names, List<Expression> defaults) {
    static final Signature NONE = new Signature(List.of(), List.of());
  }

  /** What a value is assigned to: a name, an attribute of a namespace, or several targets. */
  sealed interface Target {
    record ToName(String name) implements Target {}

    record ToAttribute(String namespace, String attribute) implements Target {}

    record ToEach(List<Target> targets) implements Target {}
  }

  /** The name under which the text of a block is filtered; no template can say it. */
  String BODY = " body";
}
