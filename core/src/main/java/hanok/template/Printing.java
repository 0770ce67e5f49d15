package hanok.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** How Python prints values: {@code str()}, and {@code repr()} inside of lists. */
final class Printing {
  private final Meter meter;
  private final TextBuilder out;

  private Printing(Meter meter) {
    this.meter = meter;
    out = new TextBuilder(meter);
  }

  /** {@code str(value)}. */
  static Text str(Value value, Meter meter) {
    if (value instanceof Text text) {
      return text;
    }
    Printing printing = new Printing(meter);
    printing.print(value);
    return printing.out.build();
  }

  /** {@code repr(value)}. */
  static Text repr(Value value, Meter meter) {
    Printing printing = new Printing(meter);
    printing.quote(value);
    return printing.out.build();
  }

  private void print(Value value) {
    meter.step();
    switch (value) {
      case Value.Nothing _ -> out.append("None");
      case Value.Undefined _ -> {}
      case Value.Bool flag -> out.append(flag.value() ? "True" : "False");
      case Value.Int number -> out.append(Long.toString(number.value()));
      case Value.Real number -> out.append(real(number.value()));
      case Text text -> out.append(text);
      case Items items -> print(items);
      case Dict dict -> print(dict);
      case Special special -> out.append("<" + special.typeName() + ">");
    }
  }

  private void quote(Value value) {
    if (value instanceof Text text) {
      quote(text);
    } else if (value instanceof Value.Undefined) {
      out.append("Undefined");
    } else {
      print(value);
    }
  }

  private void print(Items items) {
    boolean tuple = items.kind() == Items.Kind.TUPLE;
    List<Value> values = items.values();
    out.append(tuple ? "(" : "[");
    for (int i = 0; i < values.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      quote(values.get(i));
    }
    out.append(tuple ? values.size() == 1 ? ",)" : ")" : "]");
  }

  private void print(Dict dict) {
    out.append("{");
    boolean first = true;
    for (Dict.Entry entry : dict.entries()) {
      out.append(first ? "" : ", ");
      quote(entry.key());
      out.append(": ");
      quote(entry.value());
      first = false;
    }
    out.append("}");
  }

  private void quote(Text text) {
    String string = text.string();
    char mark = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
    out.append(mark, true);
    for (int i = 0; i < string.length(); i += Character.charCount(string.codePointAt(i))) {
      int c = string.codePointAt(i);
      boolean template = text.isTemplate(i);
      if (c == mark || c == '\\') {
        out.append("\\", template).append(c, template);
      } else if (isPrintable(c)) {
        out.append(c, template);
      } else {
        out.append(escape(c), template);
      }
    }
    out.append(mark, true);
  }

  private static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> (c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c);
    };
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** A number as Python's {@code repr} has it: the fewest digits that are read back as it. */
  static String real(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = exact.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = exact.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = exponent < 0 ? "-" : "+";
    String power = String.format(Locale.ROOT, "%02d", Math.abs(exponent));
    return (value < 0 ? "-" : "") + digits.charAt(0) + fraction + "e" + sign + power;
  }
}
