package hanok.token;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The tokens, what each spells, and which of them are matched in text as they stand. */
final class Vocabulary {

  /** The types of {@code tokenizer.ggml.token_type} that make a difference to us. */
  enum Type {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int id;

    Type(int id) {
      this.id = id;
    }

    int id() {
      return id;
    }

    /** The type with this number; 0, for undefined, is normal. Null if there is none. */
    static @Nullable Type numbered(int id) {
      return switch (id) {
        case 0, 1 -> NORMAL;
        case 2 -> UNKNOWN;
        case 3 -> CONTROL;
        case 4 -> USER_DEFINED;
        case 5 -> UNUSED;
        case 6 -> BYTE;
        default -> null;
      };
    }
  }

  private final List<String> tokens;
  private final List<Type> types;
  private final Map<String, Integer> ids;
  private final byte[][] bytes;

  Vocabulary(List<String> tokens, List<Type> types) {
    this.tokens = List.copyOf(tokens);
    this.types = List.copyOf(types);
    ids = new HashMap<>(2 * tokens.size());
    bytes = new byte[tokens.size()][];
    for (int id = 0; id < tokens.size(); id++) {
      ids.putIfAbsent(tokens.get(id), id);
      bytes[id] = spell(tokens.get(id), types.get(id));
    }
  }

  private static byte[] spell(String token, Type type) {
    byte[] spelled = type == Type.NORMAL ? ByteAlphabet.bytesOf(token) : null;
    return spelled == null ? token.getBytes(StandardCharsets.UTF_8) : spelled;
  }

  int size() {
    return tokens.size();
  }

  String token(int id) {
    return tokens.get(id);
  }

  Type type(int id) {
    return types.get(id);
  }

  byte[] bytes(int id) {
    return bytes[id];
  }

  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  List<String> tokens() {
    return tokens;
  }

  List<Integer> idsOf(Type type) {
    List<Integer> found = new ArrayList<>();
    for (int id = 0; id < types.size(); id++) {
      if (types.get(id) == type && bytes[id].length > 0) {
        found.add(id);
      }
    }
    return found;
  }
}
