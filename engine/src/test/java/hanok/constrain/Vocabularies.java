package hanok.constrain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.engine.Golden;
import hanok.gguf.GgufValue;
import hanok.gguf.Metadata;
import hanok.token.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;

/** Vocabularies to constrain: a golden one, which is small, and one of the size of EXAONE's. */
final class Vocabularies {
  static final int LARGE = 102_400;

  private static final String[] PIECES = {
    "{", "}", "[", "]", "\"", ":", ",", " ", "\n", "\\", "\\u", "\"}", "\",", "\": ", "\":\"", "0",
    "1", "-", ".", "true", "null"
  };

  private Vocabularies() {}

  static Tokenizer golden() {
    return Tokenizer.load(Golden.FOLDER.resolve("exaone-a-Q5_K_M.gguf"));
  }

  /** All bytes, runs of spaces, made-up words, half of them Hangul, and pieces of JSON. */
  static Tokenizer large() {
    SplittableRandom random = new SplittableRandom(7);
    Set<String> tokens = new LinkedHashSet<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(spelled(new byte[] {(byte) b}));
    }
    for (int length = 2; length < 32; length++) {
      tokens.add(spelled(" ".repeat(length).getBytes(UTF_8)));
      tokens.add(spelled(("\n" + " ".repeat(length)).getBytes(UTF_8)));
    }
    while (tokens.size() < LARGE - 3) {
      int kind = random.nextInt(20);
      byte[] bytes = (kind == 0 ? json(random) : word(random, kind < 10)).getBytes(UTF_8);
      int to = kind == 19 ? random.nextInt(1, bytes.length + 1) : bytes.length;
      tokens.add(spelled(Arrays.copyOf(bytes, to)));
    }
    List<String> all = new ArrayList<>(tokens);
    all.addAll(List.of("[|user|]", "<|endoftext|>", "[|endofturn|]"));
    int[] types = new int[all.size()];
    Arrays.fill(types, 1);
    Arrays.fill(types, all.size() - 3, all.size(), 3);
    SequencedMap<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("tokenizer.ggml.model", GgufValue.of("gpt2"));
    keys.put("tokenizer.ggml.pre", GgufValue.of("exaone"));
    keys.put("tokenizer.ggml.tokens", GgufValue.strings(all));
    keys.put("tokenizer.ggml.token_type", GgufValue.int32s(types));
    keys.put("tokenizer.ggml.merges", GgufValue.strings(List.of()));
    keys.put("tokenizer.ggml.eos_token_id", GgufValue.uint32(all.size() - 1));
    return Tokenizer.of(Metadata.of(Path.of("made-up"), keys));
  }

  private static String json(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.append(random.nextInt(3) == 0 ? word(random, false).strip() : "").toString();
  }

  private static String word(SplittableRandom random, boolean hangul) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? " " : "");
    int count = random.nextInt(1, hangul ? 5 : 9);
    for (int i = 0; i < count; i++) {
      text.append((char) (hangul ? random.nextInt('가', '힣' + 1) : random.nextInt('a', 'z' + 1)));
    }
    return text.toString();
  }

  /** GPT-2's way to spell bytes. */
  private static String spelled(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (char c : new String(bytes, ISO_8859_1).toCharArray()) {
      boolean printable = c >= '!' && c <= '~' || c >= 0xA1 && c <= 0xAC || c >= 0xAE;
      int moved = c < '!' ? c : c <= 0xA0 ? c - 0x7F + '!' : 67;
      text.append(printable ? c : (char) (256 + moved));
    }
    return text.toString();
  }
}
