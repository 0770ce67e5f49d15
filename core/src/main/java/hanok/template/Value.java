package hanok.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template computes with: the values of Python, as far as templates of chats use them. All
 * are immutable but for namespaces, and every {@link Text} knows who said each of its characters.
 */
public sealed interface Value
    permits Value.Nothing,
        Value.Undefined,
        Value.Bool,
        Value.Int,
        Value.Real,
        Text,
        Items,
        Dict,
        Special {

  /** The value {@code none}. */
  enum Nothing implements Value {
    NONE
  }

  /** What a name stands for that nothing was given for. */
  record Undefined(String name) implements Value {}

  /** True or false. */
  record Bool(boolean value) implements Value {
    static final Bool TRUE = new Bool(true);
    static final Bool FALSE = new Bool(false);

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  /** An integer of 64 bits; beyond, an operation fails. */
  record Int(long value) implements Value {}

  /** A floating-point number. */
  record Real(double value) implements Value {}

  /** Plain data whose strings the template, or the program on its behalf, says. */
  static Value ofTemplate(@Nullable Object plain) {
    return checked(() -> of(plain, true, 0));
  }

  /** Plain data whose strings a person says: control tokens never arise from them. */
  static Value ofPerson(@Nullable Object plain) {
    return checked(() -> of(plain, false, 0));
  }

  /** Texts with what the template says between them. */
  static Value join(List<Value> texts, String between) {
    return checked(() -> Texts.join(Text.of(between), texts, Meter.ofRun()));
  }

  private static Value checked(java.util.function.Supplier<Value> made) {
    try {
      return made.get();
    } catch (Fault fault) {
      throw new IllegalArgumentException(fault.getMessage(), fault);
    }
  }

  /**
   * @param plain null, a boolean, number or string, a list or map of such, or a value
   */
  private static Value of(@Nullable Object plain, boolean template, int depth) {
    if (depth > Meter.VALUE_DEPTH_MAX) {
      throw new IllegalArgumentException(
          "data may nest %d levels, got more".formatted(Meter.VALUE_DEPTH_MAX));
    }
    return switch (plain) {
      case null -> Nothing.NONE;
      case Value value -> value;
      case Boolean flag -> Bool.of(flag);
      case Double number -> new Real(number);
      case Float number -> new Real(number);
      case BigDecimal number -> new Real(number.doubleValue());
      case Number number -> new Int(number.longValue());
      case CharSequence text -> Text.of(text.toString(), template);
      case List<?> list -> {
        List<Value> values = new ArrayList<>(list.size());
        list.forEach(element -> values.add(of(element, template, depth + 1)));
        yield Items.list(values);
      }
      case Map<?, ?> map -> {
        Dict.Builder dict = new Dict.Builder();
        map.forEach((key, value) ->
            dict.put(Text.of(key.toString(), template), of(value, template, depth + 1)));
        yield dict.build();
      }
      default -> throw new IllegalArgumentException("no value for a " + plain.getClass());
    };
  }

  /** What Python calls its type. */
  default String type() {
    return switch (this) {
      case Nothing _ -> "None";
      case Undefined _ -> "undefined";
      case Bool _ -> "bool";
      case Int _ -> "int";
      case Real _ -> "float";
      case Text _ -> "str";
      case Items items -> items.kind() == Items.Kind.TUPLE ? "tuple" : "list";
      case Dict _ -> "dict";
      case Special special -> special.typeName();
    };
  }

  /** Whether Python takes it for true. */
  default boolean truth() {
    return switch (this) {
      case Nothing _, Undefined _ -> false;
      case Bool flag -> flag.value;
      case Int number -> number.value != 0;
      case Real number -> number.value != 0;
      case Text text -> !text.isEmpty();
      case Items items -> items.kind() == Items.Kind.LAZY || !items.values().isEmpty();
      case Dict dict -> dict.size() > 0;
      case Special _ -> true;
    };
  }

  /** How many lists and dictionaries lie in each other. */
  default int height() {
    return 0;
  }
}
