package hanok.template;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON. What a person says stays what a person says, also where it is escaped.
 *
 * @param item between elements
 * @param colon between a key and its value
 * @param indent what a level is indented by; null for all on one line
 * @param ascii whether what is not ASCII is escaped
 * @param html whether {@code < > &} are escaped, as Go does
 */
record Json(
    Text item, Text colon, @Nullable Text indent, boolean sorted, boolean ascii, boolean html) {
  /** As Go's {@code json.Marshal} writes it. */
  static final Json GO = new Json(Text.of(","), Text.of(":"), null, true, false, true);

  /** A string between double quotes. */
  static final Json QUOTE = new Json(Text.EMPTY, Text.EMPTY, null, false, false, false);

  Text write(Value value, Meter meter) {
    TextBuilder out = new TextBuilder(meter);
    write(value, 0, out, meter);
    return out.build();
  }

  private void write(Value value, int level, TextBuilder out, Meter meter) {
    meter.step();
    switch (value) {
      case Value.Nothing _ -> out.append("null");
      case Value.Bool flag -> out.append(flag.value() ? "true" : "false");
      case Value.Int number -> out.append(Long.toString(number.value()));
      case Value.Real number -> out.append(real(number.value()));
      case Text text -> quote(text, out);
      case Items items -> write(items, level, out, meter);
      case Dict dict -> write(dict, level, out, meter);
      case Value.Undefined _, Special _ ->
          throw new Fault("JSON has no form for a value of type " + value.type());
    }
  }

  private void write(Items items, int level, TextBuilder out, Meter meter) {
    out.append("[");
    boolean first = true;
    for (Value value : items.values()) {
      out.append(first ? Text.EMPTY : item);
      newLine(level + 1, out);
      write(value, level + 1, out, meter);
      first = false;
    }
    if (!first) {
      newLine(level, out);
    }
    out.append("]");
  }

  private void write(Dict dict, int level, TextBuilder out, Meter meter) {
    out.append("{");
    boolean first = true;
    List<Dict.Entry> entries = List.copyOf(dict.entries());
    if (sorted) {
      Comparator<Dict.Entry> byKey =
          (a, b) -> Operators.compare(keyText(a.key(), meter), keyText(b.key(), meter), meter);
      entries = entries.stream().sorted(byKey).toList();
    }
    for (Dict.Entry entry : entries) {
      out.append(first ? Text.EMPTY : item);
      newLine(level + 1, out);
      quote(keyText(entry.key(), meter), out);
      out.append(colon);
      write(entry.value(), level + 1, out, meter);
      first = false;
    }
    if (!first) {
      newLine(level, out);
    }
    out.append("}");
  }

  private void newLine(int level, TextBuilder out) {
    if (indent != null) {
      out.append("\n");
      for (int i = 0; i < level; i++) {
        out.append(indent);
      }
    }
  }

  private static Text keyText(Value key, Meter meter) {
    return switch (key) {
      case Text text -> text;
      case Value.Nothing _ -> Text.of("null");
      case Value.Bool flag -> Text.of(flag.value() ? "true" : "false");
      default -> Printing.str(key, meter);
    };
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return Double.isInfinite(value) ? value > 0 ? "Infinity" : "-Infinity" : Printing.real(value);
  }

  private void quote(Text text, TextBuilder out) {
    String string = text.string();
    out.append("\"");
    for (int i = 0; i < string.length(); i += Character.charCount(string.codePointAt(i))) {
      int c = string.codePointAt(i);
      boolean template = text.isTemplate(i);
      String escaped = escape(c);
      if (escaped.isEmpty()) {
        out.append(c, template);
      } else {
        out.append(escaped, template);
      }
    }
    out.append("\"");
  }

  /** The escape of a character, empty if it stands for itself. */
  private String escape(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '<', '>', '&', '\u2028', '\u2029' -> html || ascii && c > 127 ? unit(c) : "";
      default -> {
        if (c < 0x20) {
          yield unit(c);
        }
        if (!ascii || c < 0x7F) {
          yield "";
        }
        StringBuilder units = new StringBuilder();
        for (char unit : Character.toChars(c)) {
          units.append(unit(unit));
        }
        yield units.toString();
      }
    };
  }

  private static String unit(int c) {
    return "\\u%04x".formatted(c);
  }
}
