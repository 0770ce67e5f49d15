package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Tokenizers to try constraints with, and answers that are drawn by chance. */
final class Vocabulary {
  static final Tokenizer GOLDEN = Tokenizer.load(Path.of("..", "golden", "exaone-a-Q5_K_M.gguf"));

  private Vocabulary() {}

  /**
   * An answer: tokens that are allowed, drawn by chance.
   *
   * @param tokens so many at most
   * @return the text, or null if it was cut off
   */
  static @Nullable String answer(Grammar grammar, Tokenizer tokenizer, Random random, int tokens) {
    Constraint constraint = new Constraint(grammar);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = 0; i < tokens; i++) {
      int id = choose(constraint.allowed(), tokenizer, random, i > tokens / 2);
      if (tokenizer.isEndOfGeneration(id)) {
        return text.toString(UTF_8);
      }
      constraint.accept(id);
      text.writeBytes(tokenizer.bytes(id));
    }
    return null;
  }

  /** One of the allowed tokens; if it is late, rather one that closes something. */
  private static int choose(long[] allowed, Tokenizer tokenizer, Random random, boolean late) {
    int[] ids = BitSet.valueOf(allowed).stream().toArray();
    if (ids.length == 0) {
      throw new AssertionError("nothing may follow");
    }
    if (late) {
      for (int id : ids) {
        if (tokenizer.isEndOfGeneration(id)) {
          return id;
        }
      }
      for (int id : ids) {
        String text = tokenizer.text(id);
        if (text.equals("\"") || text.equals("]") || text.equals("}")) {
          return id;
        }
      }
    }
    return ids[random.nextInt(ids.length)];
  }
}
