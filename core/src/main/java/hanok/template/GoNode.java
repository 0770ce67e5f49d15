package hanok.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a Go template; {@code at} is its place in the source. */
sealed interface GoNode {
  int at();

  record Literal(int at, Text text) implements GoNode {}

  /** Writes the value of a pipeline, unless that only sets variables. */
  record Action(int at, Pipeline pipeline) implements GoNode {}

  record If(int at, Pipeline test, List<GoNode> body, List<GoNode> otherwise) implements GoNode {}

  record With(int at, Pipeline value, List<GoNode> body, List<GoNode> otherwise)
      implements GoNode {}

  /** {@code pipeline} declares nothing; the loop's variables are beside it. */
  record Range(
      int at, List<String> variables, Pipeline of, List<GoNode> body, List<GoNode> otherwise)
      implements GoNode {}

  /** Runs what {@code define} has called by a name. */
  record Template(int at, String name, @Nullable Pipeline data) implements GoNode {}

  record Break(int at) implements GoNode {}

  record Continue(int at) implements GoNode {}

  /**
   * Commands, each of which gets the value of the one before as its last argument.
   *
   * @param variable what the value is assigned to, or null
   * @param declares whether the variable is a new one
   */
  record Pipeline(int at, @Nullable String variable, boolean declares, List<Command> commands) {}

  /** A value alone, or a function with its arguments. */
  record Command(int at, List<Operand> operands) {}

  /** What stands in a command. */
  sealed interface Operand {
    int at();

    record Constant(int at, Value value) implements Operand {}

    record Dot(int at) implements Operand {}

    record Variable(int at, String name) implements Operand {}

    record Function(int at, String name) implements Operand {}

    record Field(int at, Operand of, String name) implements Operand {}

    record Group(int at, Pipeline pipeline) implements Operand {}
  }
}
