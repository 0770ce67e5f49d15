package hanok.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Jinja's filters, as far as templates of chats use them: those of one value here. */
final class Filters {
  private static final Map<String, Function<Call, Value>> ALL = new HashMap<>();

  static {
    ALL.put("upper", c -> Texts.upper(text(c), c.meter()));
    ALL.put("lower", c -> Texts.lower(text(c), c.meter()));
    ALL.put("title", c -> Texts.words(text(c), c.meter()));
    ALL.put("capitalize", c -> Texts.capitalize(text(c), c.meter()));
    ALL.put("trim", Filters::trim);
    ALL.put("replace", Filters::replace);
    ALL.put("indent", Filters::indent);
    ALL.put("string", Filters::text);
    ALL.put("safe", Filters::text);
    ALL.put("format", Filters::format);
    ALL.put("wordcount", c -> new Value.Int(Texts.words(text(c), -1, c.meter()).size()));
    ALL.put("tojson", Filters::toJson);
    ALL.put("int", Numbers::toInteger);
    ALL.put("float", Numbers::toReal);
    ALL.put("abs", Filters::abs);
    ALL.put("round", Filters::round);
    ALL.put("length", c -> new Value.Int(Sequences.length(of(c), c.meter())));
    ALL.put("count", c -> new Value.Int(Sequences.length(of(c), c.meter())));
    ALL.put("default", Filters::fallback);
    ALL.put("d", Filters::fallback);
    ALL.put("attr", c -> Members.attribute(of(c), c.text(1, "name").string()));
    ListFilters.addTo(ALL);
  }

  private Filters() {}

  /** The filter with a name, or null. */
  static @Nullable Function<Call, Value> find(String name) {
    return ALL.get(name);
  }

  private static Value of(Call call) {
    return call.value(0, "value");
  }

  private static Text text(Call call) {
    Text text = call.text(0, "value");
    call.meter().characters(text.length());
    return text;
  }

  private static Value trim(Call call) {
    Value characters = call.value(1, "chars", Value.Nothing.NONE);
    boolean space = characters == Value.Nothing.NONE;
    return Texts.strip(
        text(call), space ? null : call.strictText(1, "chars"), true, true, call.meter());
  }

  private static Value replace(Call call) {
    Value count = call.value(3, "count", Value.Nothing.NONE);
    int most = count == Value.Nothing.NONE ? -1 : call.size(3, "count", -1);
    return Texts.replace(text(call), call.text(1, "old"), call.text(2, "new"), most, call.meter());
  }

  private static Value indent(Call call) {
    Value width = call.value(1, "width", new Value.Int(4));
    boolean first = call.flag(2, "first", false);
    boolean blank = call.flag(3, "blank", false);
    Text by = width instanceof Text given ? given : null;
    if (by == null) {
      by = Text.of(" ".repeat(Math.clamp(Operators.integer(width), 0, Meter.TEXT_MAX)));
    }
    TextBuilder out = new TextBuilder(call.meter());
    List<Value> lines = Texts.split(text(call), Text.of("\n"), -1, call.meter());
    boolean start = true;
    for (Value value : lines) {
      Text line = (Text) value;
      out.append(start ? "" : "\n");
      if (start ? first : blank || !line.isEmpty()) {
        out.append(by);
      }
      out.append(line);
      start = false;
    }
    return out.build();
  }

  private static Value format(Call call) {
    List<Value> all = call.positional();
    return Format.format(text(call), Items.tuple(all.subList(1, all.size())), call.meter());
  }

  /** As transformers' filter of that name: nothing is escaped for HTML. */
  private static Value toJson(Call call) {
    boolean ascii = call.flag(1, "ensure_ascii", false);
    Value indent = call.value(2, "indent", Value.Nothing.NONE);
    Value separators = call.value(3, "separators", Value.Nothing.NONE);
    boolean sorted = call.flag(4, "sort_keys", false);
    Text by =
        switch (indent) {
          case Value.Nothing _ -> null;
          case Text text -> text;
          default -> Text.of(" ".repeat(Math.clamp(Operators.integer(indent), 0, 1000)));
        };
    Text item = Text.of(by == null ? ", " : ",");
    Text colon = Text.of(": ");
    if (separators instanceof Items pair && pair.values().size() == 2) {
      item = Printing.str(pair.values().get(0), call.meter());
      colon = Printing.str(pair.values().get(1), call.meter());
    }
    return new Json(item, colon, by, sorted, ascii, false).write(of(call), call.meter());
  }

  private static Value abs(Call call) {
    Value value = of(call);
    boolean negative = Operators.real(value) < 0;
    return negative ? Operators.negate(value) : Operators.plus(value);
  }

  private static Value round(Call call) {
    Value given = of(call);
    double value = Operators.real(given);
    int precision = Math.clamp(call.integer(1, "precision", 0), -400, 400);
    double scale = Math.pow(10, precision);
    return switch (call.text(2, "method", "common").string()) {
      case "common" -> round(given, precision);
      case "ceil" -> new Value.Real(Math.ceil(value * scale) / scale);
      case "floor" -> new Value.Real(Math.floor(value * scale) / scale);
      default -> throw new Fault("round knows common, ceil and floor");
    };
  }

  private static Value round(Value given, int precision) {
    if (!(given instanceof Value.Real real)) {
      BigDecimal rounded = BigDecimal.valueOf(Operators.integer(given));
      rounded = rounded.setScale(Math.min(precision, 0), RoundingMode.HALF_EVEN);
      return new Value.Int(Numbers.fit(rounded));
    }
    if (Double.isNaN(real.value()) || Double.isInfinite(real.value())) {
      return given;
    }
    BigDecimal exact = new BigDecimal(real.value());
    return new Value.Real(exact.setScale(precision, RoundingMode.HALF_EVEN).doubleValue());
  }

  private static Value fallback(Call call) {
    Value value = of(call);
    Value fallback = call.value(1, "default_value", Text.EMPTY);
    boolean untrue = call.flag(2, "boolean", false);
    boolean absent = value instanceof Value.Undefined || untrue && !value.truth();
    return absent ? fallback : value;
  }
}
