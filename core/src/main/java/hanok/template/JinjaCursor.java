package hanok.template;

import hanok.template.JinjaToken.Kind;
import java.util.List;

/** A place in the words of a template. */
final class JinjaCursor {
  private final List<JinjaToken> tokens;
  private final Meter meter;
  private int next;

  JinjaCursor(List<JinjaToken> tokens, Meter meter) {
    this.tokens = tokens;
    this.meter = meter;
  }

  JinjaToken peek() {
    return tokens.get(next);
  }

  /** The word after the next. */
  JinjaToken second() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  JinjaToken take() {
    JinjaToken token = tokens.get(next);
    if (token.kind() != Kind.END) {
      next++;
    }
    return token;
  }

  boolean acceptOperator(String text) {
    boolean is = peek().isOperator(text);
    if (is) {
      take();
    }
    return is;
  }

  boolean acceptName(String text) {
    boolean is = peek().isName(text);
    if (is) {
      take();
    }
    return is;
  }

  void expectOperator(String text) {
    if (!acceptOperator(text)) {
      throw new Fault("'" + text + "' is expected, not " + peek().label());
    }
  }

  String expectName() {
    return expect(Kind.NAME, "a name").text();
  }

  JinjaToken expect(Kind kind, String label) {
    if (peek().kind() != kind) {
      throw new Fault(label + " is expected, not " + peek().label());
    }
    return take();
  }

  void enter() {
    meter.enter();
  }

  void leave() {
    meter.leave();
  }
}
