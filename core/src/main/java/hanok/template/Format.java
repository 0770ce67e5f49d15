package hanok.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Python's two ways to fill in texts, as far as templates of chats use them. */
final class Format {
  private static final int PRECISION_MAX = 100;

  private Format() {}

  /** {@code format % value}: {@code %s %r %d %i %f %x %%}, with a precision of {@code f}. */
  static Text format(Text format, Value value, Meter meter) {
    boolean several = value instanceof Items items && items.kind() == Items.Kind.TUPLE;
    List<Value> values = several ? ((Items) value).values() : List.of(value);
    String string = format.string();
    TextBuilder out = new TextBuilder(meter);
    int used = 0;
    int from = 0;
    for (int at = string.indexOf('%'); at >= 0; at = string.indexOf('%', from)) {
      meter.step();
      out.append(format.substring(from, at));
      int end = at + 1;
      while (end < string.length() && ".0123456789".indexOf(string.charAt(end)) >= 0) {
        end++;
      }
      if (end == string.length()) {
        throw new Fault("a format ends in the middle of a field");
      }
      char type = string.charAt(end);
      if (type == '%') {
        out.append(format.substring(end, end + 1));
      } else if (used == values.size()) {
        throw new Fault("a format has more fields than there are values");
      } else {
        out.append(field(type, string.substring(at + 1, end), values.get(used++), meter));
      }
      from = end + 1;
    }
    out.append(format.substring(from));
    if (used < values.size() && !(value instanceof Dict)) {
      throw new Fault("a format has fewer fields than there are values");
    }
    return out.build();
  }

  private static Text field(char type, String options, Value value, Meter meter) {
    if (!options.isEmpty() && type != 'f') {
      throw new Fault("a width in a format, '%" + options + type + "', is not supported");
    }
    return switch (type) {
      case 's' -> Printing.str(value, meter);
      case 'r' -> Printing.repr(value, meter);
      case 'd', 'i' -> Text.of(Long.toString(number(value)));
      case 'x' -> Text.of(Long.toString(number(value), 16));
      case 'f' -> Text.of(fixed(Operators.real(value), options));
      default -> throw new Fault("a format has a field that is not known, '%" + type + "'");
    };
  }

  private static long number(Value value) {
    return value instanceof Value.Real real ? (long) real.value() : Operators.integer(value);
  }

  private static String fixed(double value, String options) {
    int precision = 6;
    if (options.startsWith(".") && options.length() < 5) {
      precision = options.length() == 1 ? 0 : Integer.parseInt(options.substring(1));
    } else if (!options.isEmpty()) {
      throw new Fault("a width in a format, '%" + options + "f', is not supported");
    }
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Printing.real(value);
    }
    precision = Math.min(precision, PRECISION_MAX);
    return new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** {@code format.format(…)}: fields {@code {}}, {@code {0}} and {@code {name}}. */
  static Text braces(Text format, Call call) {
    String string = format.string();
    TextBuilder out = new TextBuilder(call.meter());
    int used = 0;
    int at = 0;
    while (at < string.length()) {
      char c = string.charAt(at);
      boolean doubled = at + 1 < string.length() && string.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(format.substring(at, at + 1));
        at += 2;
      } else if (c == '{') {
        int end = string.indexOf('}', at);
        if (end < 0) {
          throw new Fault("a field of a format does not end");
        }
        String name = string.substring(at + 1, end);
        boolean next = name.isEmpty();
        out.append(Printing.str(braceField(name, next ? used++ : -1, call), call.meter()));
        at = end + 1;
      } else if (c == '}') {
        throw new Fault("a format closes a field that is not open");
      } else {
        out.append(c, format.isTemplate(at));
        at++;
      }
    }
    call.positional();
    call.named();
    return out.build();
  }

  private static Value braceField(String name, int next, Call call) {
    call.meter().step();
    boolean number = !name.isEmpty() && name.length() < 4;
    number = number && name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (next >= 0 || number) {
      int index = next >= 0 ? next : Integer.parseInt(name);
      if (index >= call.positional().size()) {
        throw new Fault("a format has more fields than there are values");
      }
      return call.positional().get(index);
    }
    Value value = call.named().get(name);
    if (value == null) {
      throw new Fault("a format has a field '" + name + "' that nothing is given for");
    }
    return value;
  }
}
