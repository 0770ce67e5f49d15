package hanok.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings that templates of chats use. */
final class TextMethods {
  private static final Map<String, BiFunction<Text, Call, Value>> ALL = new HashMap<>();

  static {
    ALL.put("upper", (t, c) -> Texts.upper(t, c.meter()));
    ALL.put("lower", (t, c) -> Texts.lower(t, c.meter()));
    ALL.put("title", (t, c) -> Texts.title(t, c.meter()));
    ALL.put("capitalize", (t, c) -> Texts.capitalize(t, c.meter()));
    ALL.put("strip", (t, c) -> Texts.strip(t, characters(c), true, true, c.meter()));
    ALL.put("lstrip", (t, c) -> Texts.strip(t, characters(c), true, false, c.meter()));
    ALL.put("rstrip", (t, c) -> Texts.strip(t, characters(c), false, true, c.meter()));
    ALL.put("split", TextMethods::split);
    ALL.put("rsplit", TextMethods::rsplit);
    ALL.put("splitlines", (t, c) -> Items.list(Texts.lines(t, c.meter())));
    ALL.put("partition", TextMethods::partition);
    ALL.put("startswith", (t, c) -> Value.Bool.of(affix(t, c, true)));
    ALL.put("endswith", (t, c) -> Value.Bool.of(affix(t, c, false)));
    ALL.put("removeprefix", TextMethods::removePrefix);
    ALL.put("removesuffix", TextMethods::removeSuffix);
    ALL.put("replace", TextMethods::replace);
    ALL.put("find", (t, c) -> new Value.Int(find(t, c, false)));
    ALL.put("rfind", (t, c) -> new Value.Int(find(t, c, true)));
    ALL.put("index", TextMethods::index);
    ALL.put("count", TextMethods::count);
    ALL.put("join", (t, c) -> Texts.join(t, strings(c), c.meter()));
    ALL.put("zfill", TextMethods::zfill);
    ALL.put("ljust", (t, c) -> pad(t, c, 0, 1));
    ALL.put("rjust", (t, c) -> pad(t, c, 1, 0));
    ALL.put("isdigit", (t, c) -> all(t, c, Character::isDigit));
    ALL.put("isalpha", (t, c) -> all(t, c, Character::isLetter));
    ALL.put("isalnum", (t, c) -> all(t, c, Character::isLetterOrDigit));
    ALL.put("isspace", (t, c) -> all(t, c, JinjaLexer::isSpace));
    ALL.put("isupper", (t, c) -> Value.Bool.of(JinjaTests.isCased(t, Character::isUpperCase)));
    ALL.put("islower", (t, c) -> Value.Bool.of(JinjaTests.isCased(t, Character::isLowerCase)));
    ALL.put("format", (t, c) -> Format.braces(t, c));
  }

  private TextMethods() {}

  /** A method of a text, or null. */
  static @Nullable Value find(Text text, String name) {
    BiFunction<Text, Call, Value> method = ALL.get(name);
    return method == null
        ? null
        : new Special.Function(
            name,
            call -> {
              call.meter().characters(text.length());
              return method.apply(text, call);
            });
  }

  private static @Nullable Text characters(Call call) {
    Value given = call.find(0, "chars");
    return given == null || given == Value.Nothing.NONE ? null : call.strictText(0, "chars");
  }

  private static Value split(Text text, Call call) {
    Value separator = call.value(0, "sep", Value.Nothing.NONE);
    int most = call.size(1, "maxsplit", -1);
    if (separator == Value.Nothing.NONE) {
      return Items.list(Texts.words(text, most, call.meter()));
    }
    return Items.list(Texts.split(text, call.strictText(0, "sep"), most, call.meter()));
  }

  private static Value rsplit(Text text, Call call) {
    int most = call.size(1, "maxsplit", -1);
    List<Value> parts = Texts.split(text, call.strictText(0, "sep"), -1, call.meter());
    int joined = most < 0 ? 0 : Math.max(0, parts.size() - 1 - most);
    int end = -call.strictText(0, "sep").length();
    for (int i = 0; i <= joined; i++) {
      end += ((Text) parts.get(i)).length() + call.strictText(0, "sep").length();
    }
    List<Value> result = new ArrayList<>();
    result.add(text.substring(0, end));
    result.addAll(parts.subList(joined + 1, parts.size()));
    return Items.list(result);
  }

  private static Value partition(Text text, Call call) {
    Text separator = call.strictText(0, "sep");
    if (separator.isEmpty()) {
      throw new Fault("partition wants a separator");
    }
    call.meter().search(text.length(), separator.length());
    int at = text.string().indexOf(separator.string());
    if (at < 0) {
      return Items.tuple(text, Text.EMPTY, Text.EMPTY);
    }
    int end = at + separator.length();
    return Items.tuple(text.substring(0, at), text.substring(at, end), text.substring(end));
  }

  private static boolean affix(Text text, Call call, boolean prefix) {
    Value given = call.value(0, "affix");
    List<Value> choices = given instanceof Items items ? items.values() : List.of(given);
    for (Value choice : choices) {
      call.meter().step();
      if (!(choice instanceof Text affix)) {
        throw new Fault(call.name() + " wants a str, not a " + choice.type());
      }
      String wanted = affix.string();
      call.meter().characters(Math.min(text.length(), wanted.length()));
      if (prefix ? text.string().startsWith(wanted) : text.string().endsWith(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static Value removePrefix(Text text, Call call) {
    Text prefix = call.strictText(0, "prefix");
    boolean has = text.string().startsWith(prefix.string());
    return has ? text.substring(prefix.length()) : text;
  }

  private static Value removeSuffix(Text text, Call call) {
    Text suffix = call.strictText(0, "suffix");
    boolean has = text.string().endsWith(suffix.string());
    return has ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static Value replace(Text text, Call call) {
    int most = call.size(2, "count", -1);
    return Texts.replace(
        text, call.strictText(0, "old"), call.strictText(1, "new"), most, call.meter());
  }

  private static long find(Text text, Call call, boolean last) {
    Text wanted = call.strictText(0, "sub");
    call.meter().search(text.length(), wanted.length());
    String string = text.string();
    int at = last ? string.lastIndexOf(wanted.string()) : string.indexOf(wanted.string());
    return at < 0 ? -1 : string.codePointCount(0, at);
  }

  private static Value index(Text text, Call call) {
    long at = find(text, call, false);
    if (at < 0) {
      throw new Fault("the text is not in the other");
    }
    return new Value.Int(at);
  }

  private static Value count(Text text, Call call) {
    Text wanted = call.strictText(0, "sub");
    if (wanted.isEmpty()) {
      return new Value.Int(text.codePoints() + 1L);
    }
    return new Value.Int(Texts.split(text, wanted, -1, call.meter()).size() - 1L);
  }

  private static List<Value> strings(Call call) {
    List<Value> parts = Sequences.elements(call.value(0, "iterable"), call.meter());
    for (Value part : parts) {
      if (!(part instanceof Text)) {
        throw new Fault("join wants a list of str, one is a " + part.type());
      }
    }
    return parts;
  }

  private static Value zfill(Text text, Call call) {
    int missing = call.size(0, "width", 0) - text.codePoints();
    boolean signed = text.string().startsWith("-") || text.string().startsWith("+");
    TextBuilder out = new TextBuilder(call.meter());
    out.append(text.substring(0, signed ? 1 : 0));
    out.append("0".repeat(Math.max(0, missing)));
    return out.append(text.substring(signed ? 1 : 0)).build();
  }

  private static Value pad(Text text, Call call, int before, int after) {
    int missing = Math.max(0, call.size(0, "width", 0) - text.codePoints());
    Text fill = call.text(1, "fillchar", " ");
    if (fill.codePoints() != 1) {
      throw new Fault(call.name() + " fills with one character");
    }
    TextBuilder out = new TextBuilder(call.meter());
    for (int i = 0; i < missing * before; i++) {
      out.append(fill);
    }
    out.append(text);
    for (int i = 0; i < missing * after; i++) {
      out.append(fill);
    }
    return out.build();
  }

  private static Value all(Text text, Call call, IntPredicate test) {
    call.meter().step();
    return Value.Bool.of(!text.isEmpty() && text.string().codePoints().allMatch(test));
  }
}
