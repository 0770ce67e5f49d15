package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.SplittableRandom;

/**
 * Writes an answer with random logits, which prefer tokens without letters so that it comes to an
 * end now and then.
 */
final class Decoding {
  private final Tokenizer tokenizer;
  private final SplittableRandom random;
  private final boolean[] bare; // [vocab], whether a token is without letters
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Decoding(Tokenizer tokenizer, long seed) {
    this.tokenizer = tokenizer;
    random = new SplittableRandom(seed);
    bare = new boolean[tokenizer.vocab()];
    for (int id = 0; id < bare.length; id++) {
      bare[id] = true;
      for (byte b : tokenizer.bytes(id)) {
        bare[id] &= b >= ' ' && !Character.isLetter(b) && b != '\\' && b != ' ';
      }
    }
  }

  /** Whether the answer came to its end within so many tokens. */
  boolean write(Constraint constraint, int tokens) {
    bytes.reset();
    for (int i = 0; i < tokens; i++) {
      long[] allowed = constraint.allowed();
      if (constraint.mustEnd()) {
        return true;
      }
      int id = draw(allowed);
      if (tokenizer.isEndOfGeneration(id)) {
        constraint.accept(id);
        return true;
      }
      bytes.writeBytes(tokenizer.bytes(id));
      constraint.accept(id);
    }
    return constraint.mayEnd();
  }

  private int draw(long[] allowed) {
    boolean prefersBare = random.nextInt(4) != 0;
    int chosen = -1;
    double best = -1;
    for (int word = 0; word < allowed.length; word++) {
      for (long rest = allowed[word]; rest != 0; rest &= rest - 1) {
        int id = 64 * word + Long.numberOfTrailingZeros(rest);
        double logit = random.nextDouble() + (prefersBare && bare[id] ? 1 : 0);
        if (logit > best) {
          best = logit;
          chosen = id;
        }
      }
    }
    return chosen;
  }

  /** What was written; it must be whole characters of well-formed UTF-8. */
  String text() throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
