package hanok.constrain;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws objects of declared members, and arrays, whose values are rules. */
final class ContainerEdges {
  private final JsonSyntax syntax;
  private final AutomatonBuilder builder;
  private final StringEdges strings;

  /** A declared member. */
  record Member(String name, int rule, boolean required) {}

  /**
   * Members that are not declared.
   *
   * @param taken keys that they may not have
   */
  record Others(int rule, Set<String> taken) {}

  ContainerEdges(JsonSyntax syntax) {
    this.syntax = syntax;
    builder = syntax.builder;
    strings = new StringEdges(syntax);
  }

  /** Declared members in their order, of which some may be left out; then others. */
  void object(int from, List<Member> members, @Nullable Others others, boolean nonEmpty, int to) {
    int opened = builder.state();
    builder.text(from, "{", opened);
    if (!nonEmpty && members.stream().noneMatch(Member::required)) {
      builder.text(opened, "}", to);
    }
    int close = builder.state();
    syntax.close(close, "}", to);
    int[] before = states(members.size() + 1); // a key
    int[] after = states(members.size() + 1); // a value; [0] is never reached
    syntax.space(opened, before[0]);
    boolean mayClose = true;
    for (int i = members.size(); i >= 0; i--) {
      if (mayClose) {
        builder.skip(after[i], close);
      }
      syntax.comma(after[i], before[i]);
      if (i > 0) {
        Member member = members.get(i - 1);
        int key = builder.state();
        builder.text(before[i - 1], JsonSyntax.quoted(member.name()), key);
        value(key, member.rule(), after[i]);
        if (!member.required()) {
          builder.skip(before[i - 1], before[i]);
        }
        mayClose &= !member.required();
      }
    }
    if (others != null) {
      int key = builder.state();
      strings.except(before[members.size()], others.taken(), key);
      value(key, others.rule(), after[members.size()]);
    }
  }

  private void value(int key, int rule, int to) {
    int value = builder.state();
    syntax.colon(key, value);
    builder.call(value, rule, to);
  }

  private int[] states(int count) {
    int[] states = new int[count];
    for (int i = 0; i < count; i++) {
      states[i] = builder.state();
    }
    return states;
  }

  /**
   * Items of the first rules, each in its place, and then of another.
   *
   * @param most -1 for no limit
   */
  void array(int from, List<Integer> first, @Nullable Integer rest, int least, int most, int to) {
    int opened = builder.state();
    builder.text(from, "[", opened);
    if (least == 0) {
      builder.text(opened, "]", to);
    }
    int limit = rest == null ? first.size() : Integer.MAX_VALUE;
    limit = most < 0 ? limit : Math.min(limit, most);
    boolean loops = limit == Integer.MAX_VALUE;
    int count = loops ? Math.max(1, Math.max(least, first.size() + 1)) : limit;
    int close = builder.state();
    syntax.close(close, "]", to);
    int item = builder.state();
    syntax.space(opened, item);
    for (int i = 0; i < count; i++) {
      int after = builder.state();
      Integer rule = i < first.size() ? first.get(i) : rest;
      if (rule != null) {
        builder.call(item, rule, after);
      }
      if (i + 1 >= least) {
        builder.skip(after, close);
      }
      if (i + 1 < count) {
        item = builder.state();
        syntax.comma(after, item);
      } else if (loops) {
        syntax.comma(after, item);
      }
    }
  }
}
