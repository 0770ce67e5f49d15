package hanok.template;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/** The functions of Go's templates, and Ollama's. */
final class GoFunctions {
  private GoFunctions() {}

  static Value call(String name, List<Value> arguments, Meter meter) {
    return switch (name) {
      case "eq" -> {
        only(name, arguments, 2, Integer.MAX_VALUE);
        boolean any = false;
        for (Value other : arguments.subList(1, arguments.size())) {
          any |= equal(arguments.getFirst(), other, meter);
        }
        yield Value.Bool.of(any);
      }
      case "ne", "lt", "le", "gt", "ge" -> {
        only(name, arguments, 2, 2);
        yield Value.Bool.of(compare(name, arguments.get(0), arguments.get(1), meter));
      }
      case "not" -> {
        only(name, arguments, 1, 1);
        yield Value.Bool.of(!arguments.getFirst().truth());
      }
      case "len" -> {
        only(name, arguments, 1, 1);
        yield new Value.Int(length(arguments.getFirst(), meter));
      }
      case "index" -> index(arguments, meter);
      case "slice" -> slice(arguments, meter);
      case "print" -> printAll(arguments, false, meter);
      case "println" -> printAll(arguments, true, meter);
      case "printf" -> format(arguments, meter);
      case "json" -> {
        only(name, arguments, 1, 1);
        Value value = arguments.getFirst();
        boolean absent = value instanceof Value.Undefined;
        yield Json.GO.write(absent ? Value.Nothing.NONE : value, meter);
      }
      case "currentDate" -> Text.of(LocalDate.now(ZoneId.systemDefault()).toString());
      default -> throw new Fault("no function is called '" + name + "'");
    };
  }

  private static void only(String name, List<Value> arguments, int least, int most) {
    if (arguments.size() < least || arguments.size() > most) {
      throw new Fault("%s does not take %d arguments".formatted(name, arguments.size()));
    }
  }

  private static boolean equal(Value a, Value b, Meter meter) {
    boolean absent = isNil(a) || isNil(b);
    if (!absent && !a.type().equals(b.type())) {
      throw new Fault("a " + a.type() + " is not compared with a " + b.type());
    }
    return absent ? isNil(a) && isNil(b) : Operators.equal(a, b, meter);
  }

  private static boolean isNil(Value value) {
    return value instanceof Value.Nothing || value instanceof Value.Undefined;
  }

  private static boolean compare(String name, Value a, Value b, Meter meter) {
    if (name.equals("ne")) {
      return !equal(a, b, meter);
    }
    int order = Operators.compare(a, b, meter);
    return switch (name) {
      case "lt" -> order < 0;
      case "le" -> order <= 0;
      case "gt" -> order > 0;
      default -> order >= 0;
    };
  }

  /** Go counts the bytes of a text. */
  private static long length(Value value, Meter meter) {
    if (value instanceof Text text) {
      meter.characters(text.length());
      return text.string().getBytes(StandardCharsets.UTF_8).length;
    }
    if (isNil(value)) {
      throw new Fault("nothing has no length");
    }
    return Sequences.length(value, meter);
  }

  private static Value index(List<Value> arguments, Meter meter) {
    only("index", arguments, 1, Integer.MAX_VALUE);
    Value value = arguments.getFirst();
    for (Value index : arguments.subList(1, arguments.size())) {
      Value found;
      if (value instanceof Dict dict) {
        found = dict.find(Dict.key(index));
        found = found == null ? new Value.Undefined("index") : found;
      } else if (value instanceof Items && index instanceof Value.Int at && at.value() >= 0) {
        found = Sequences.at(value, at.value(), meter);
      } else {
        throw new Fault("a " + value.type() + " has no element at a " + index.type());
      }
      if (found == null) {
        throw new Fault("an index is out of range");
      }
      value = found;
    }
    return value;
  }

  private static Value slice(List<Value> arguments, Meter meter) {
    only("slice", arguments, 1, 3);
    Value value = arguments.getFirst();
    long length = length(value, meter);
    long from = arguments.size() > 1 ? Operators.integer(arguments.get(1)) : 0;
    long to = arguments.size() > 2 ? Operators.integer(arguments.get(2)) : length;
    if (from < 0 || to > length || from > to) {
      throw new Fault("a slice from %d to %d is out of %d".formatted(from, to, length));
    }
    if (value instanceof Text text) {
      return text.substring(unit(text, from), unit(text, to));
    }
    return Sequences.slice(value, from, to, null, meter);
  }

  /** The index of the unit at which a byte stands. */
  private static int unit(Text text, long wanted) {
    long bytes = 0;
    int unit = 0;
    while (bytes < wanted) {
      int c = text.string().codePointAt(unit);
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      unit += Character.charCount(c);
    }
    if (bytes != wanted) {
      throw new Fault("a slice ends inside of a character");
    }
    return unit;
  }

  /** A value as Go prints it; lists and maps are JSON, as Ollama's types print themselves. */
  static Text print(Value value, Meter meter) {
    return switch (value) {
      case Text text -> text;
      case Value.Nothing _, Value.Undefined _ -> Text.of("<no value>");
      case Value.Bool flag -> Text.of(flag.value() ? "true" : "false");
      case Value.Real number -> Text.of(real(number.value()));
      case Items _, Dict _ -> Json.GO.write(value, meter);
      default -> Printing.str(value, meter);
    };
  }

  private static String real(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e21;
    return whole ? new BigDecimal(value).toPlainString() : Printing.real(value);
  }

  private static Value printAll(List<Value> arguments, boolean line, Meter meter) {
    TextBuilder out = new TextBuilder(meter);
    for (int i = 0; i < arguments.size(); i++) {
      boolean texts =
          i > 0 && (arguments.get(i) instanceof Text || arguments.get(i - 1) instanceof Text);
      out.append(i > 0 && (line || !texts) ? " " : "");
      out.append(print(arguments.get(i), meter));
    }
    return out.append(line ? "\n" : "").build();
  }

  private static Value format(List<Value> arguments, Meter meter) {
    only("printf", arguments, 1, Integer.MAX_VALUE);
    if (!(arguments.getFirst() instanceof Text format)) {
      throw new Fault("printf wants a format");
    }
    List<Value> values = arguments.subList(1, arguments.size());
    String string = format.string();
    TextBuilder out = new TextBuilder(meter);
    int used = 0;
    int from = 0;
    for (int at = string.indexOf('%'); at >= 0; at = string.indexOf('%', from)) {
      meter.step();
      out.append(format.substring(from, at));
      from = at + 2;
      char type = at + 1 < string.length() ? string.charAt(at + 1) : 0;
      if (type == '%') {
        out.append(format.substring(at, at + 1));
      } else if (used == values.size()) {
        throw new Fault("printf has more fields than values");
      } else {
        out.append(field(type, values.get(used++), meter));
      }
    }
    if (used < values.size()) {
      throw new Fault("printf has fewer fields than values");
    }
    return out.append(format.substring(from)).build();
  }

  private static Text field(char type, Value value, Meter meter) {
    return switch (type) {
      case 's', 'v', 't' -> print(value, meter);
      case 'd' -> Text.of(Long.toString(Operators.integer(value)));
      case 'q' -> Json.QUOTE.write(print(value, meter), meter);
      default -> throw new Fault("printf has a field that is not known, '%" + type + "'");
    };
  }
}
