package hanok.token;

import hanok.gguf.StringTable;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tokens, what each spells, and which of them are matched in text as they stand. */
final class Vocabulary {
  /** As many as {@link SpellingTable} can tell apart. */
  static final int SIZE_MAX = (1 << 24) - 1;

  /** The types of {@code tokenizer.ggml.token_type} that make a difference to us. */
  enum Type {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private static final Type[] ALL = values();

    private final int id;

    Type(int id) {
      this.id = id;
    }

    int id() {
      return id;
    }

    /** The type with this number; 0, for undefined, is normal. Null if there is none. */
    static @Nullable Type numbered(int id) {
      return id < 0 || id > ALL.length ? null : ALL[Math.max(0, id - 1)];
    }
  }

  private final StringTable tokens;
  private final byte[] types; // Type.id
  private final byte[] spelled; // as the table has them
  private final SpellingTable ids;
  private final byte[] text; // what the tokens stand for, one after the other
  private final int[] textEnds;
  private final IntList unusual = new IntList(); // ids of tokens that are not normal ones
  private final boolean[] inAlphabet; // a normal token that spells bytes

  /**
   * @param types {@link Type#id} of each token
   * @param malformed makes the exception for tokens that are too many, or slow to tell apart
   */
  Vocabulary(StringTable tokens, byte[] types, Function<String, RuntimeException> malformed) {
    if (tokens.size() > SIZE_MAX) {
      throw malformed.apply("%d tokens; %d are possible".formatted(tokens.size(), SIZE_MAX));
    }
    this.tokens = tokens;
    this.types = types;
    spelled = tokens.toUtf8();
    int size = tokens.size();
    int[] starts = tokens.toStarts();
    int[] ends = tokens.toEnds();
    text = new byte[spelled.length];
    textEnds = new int[size];
    inAlphabet = new boolean[size];
    for (int id = 0; id < size; id++) {
      readText(id, starts[id], ends[id]);
    }
    ids = new SpellingTable(spelled, starts, ends);
    for (int id = 0; id < size; id++) {
      if (!ids.add(id)) {
        throw malformed.apply("the tokens are made to have the same hashes");
      }
    }
  }

  /** Appends what a token stands for to the text. */
  private void readText(int id, int from, int to) {
    int at = id == 0 ? 0 : textEnds[id - 1];
    if (types[id] == Type.NORMAL.id) {
      int count = ByteAlphabet.read(spelled, from, to, text, at);
      if (count >= 0) {
        inAlphabet[id] = true;
        textEnds[id] = at + count;
        return;
      }
    } else {
      unusual.add(id);
    }
    System.arraycopy(spelled, from, text, at, to - from);
    textEnds[id] = at + to - from;
  }

  int size() {
    return types.length;
  }

  String token(int id) {
    return tokens.get(id);
  }

  Type type(int id) {
    return Type.ALL[types[id] - 1];
  }

  /** A copy of the bytes that a token stands for. */
  byte[] bytes(int id) {
    return Arrays.copyOfRange(text, start(id), textEnds[id]);
  }

  /** How many bytes a token stands for. */
  int length(int id) {
    return textEnds[id] - start(id);
  }

  private int start(int id) {
    return id == 0 ? 0 : textEnds[id - 1];
  }

  /** Whether it is a normal token that spells bytes, and so may stand for a whole piece. */
  boolean spellsBytes(int id) {
    return inAlphabet[id];
  }

  /** Appends the bytes that a token stands for. */
  void write(int id, ByteArrayOutputStream out) {
    out.write(text, start(id), length(id));
  }

  OptionalInt id(String token) {
    byte[] utf8 = Utf8.encode(token);
    int id = ids.find(utf8, 0, utf8.length);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Finds tokens by the UTF-8 of their spelling. */
  SpellingTable spellings() {
    return ids;
  }

  /** An empty table for finding tokens by the bytes that they stand for. */
  SpellingTable noTexts() {
    int[] starts = new int[size()];
    for (int id = 1; id < starts.length; id++) {
      starts[id] = textEnds[id - 1];
    }
    return new SpellingTable(text, starts, textEnds);
  }

  StringTable tokens() {
    return tokens;
  }

  /** The tokens of a type, not the normal one, that stand for something, by id. */
  int[] idsOf(Type type) {
    IntList found = new IntList();
    for (int id : unusual.toArray()) {
      if (types[id] == type.id && length(id) > 0) {
        found.add(id);
      }
    }
    return found.toArray();
  }
}
