package hanok.constrain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgufValue;
import hanok.gguf.Metadata;
import hanok.token.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A vocabulary of EXAONE's size: all bytes, words that are made up, half of them Hangul, and pieces
 * of JSON. All of it is well-formed text, so that nearly every token may stand in a string.
 */
final class MadeUpVocabulary {
  private static final int SIZE = 102_400;
  private static final String PUNCTUATION = "{}[]\":, \n0123456789-.\\";

  private final SplittableRandom random = new SplittableRandom(7);
  private final Set<String> tokens = new LinkedHashSet<>();

  Tokenizer tokenizer() {
    for (int b = 0; b < 256; b++) {
      add(new byte[] {(byte) b});
    }
    while (tokens.size() < SIZE - 1) {
      String text =
          switch (random.nextInt(20)) {
            case 0 -> characters(PUNCTUATION, 3) + characters("abcdefgh", 4);
            case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> space() + hangul();
            default -> space() + characters("abcdefghijklmnopqrstuvwxyz", 9);
          };
      add(text.getBytes(UTF_8));
    }
    List<String> all = new ArrayList<>(tokens);
    all.add("[|endofturn|]");
    int[] types = new int[SIZE];
    types[SIZE - 1] = 3; // a control token
    LinkedHashMap<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("tokenizer.ggml.model", GgufValue.of("gpt2"));
    keys.put("tokenizer.ggml.pre", GgufValue.of("exaone"));
    keys.put("tokenizer.ggml.tokens", GgufValue.strings(all));
    keys.put("tokenizer.ggml.token_type", GgufValue.int32s(types));
    keys.put("tokenizer.ggml.merges", GgufValue.strings(List.of()));
    keys.put("tokenizer.ggml.eos_token_id", GgufValue.uint32(SIZE - 1));
    return Tokenizer.of(Metadata.of(Path.of("made-up"), keys));
  }

  private String space() {
    return random.nextBoolean() ? " " : "";
  }

  private String characters(String from, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, most + 1); i > 0; i--) {
      text.append(from.charAt(random.nextInt(from.length())));
    }
    return text.toString();
  }

  private String hangul() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      text.append((char) random.nextInt('가', '힣' + 1));
    }
    return text.toString();
  }

  /** In GPT-2's way to spell bytes. */
  private void add(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (char c : new String(bytes, ISO_8859_1).toCharArray()) {
      boolean printable = c >= '!' && c <= '~' || c >= 0xA1 && c <= 0xAC || c >= 0xAE;
      int moved = c < '!' ? c : c <= 0xA0 ? c - 0x7F + '!' : 67;
      text.append(printable ? c : (char) (256 + moved));
    }
    tokens.add(text.toString());
  }
}
