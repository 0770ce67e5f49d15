package hanok.quantize;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgufValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A byte-level BPE tokenizer of any size with made-up merges: real text comes out as a plausible
 * number of tokens and goes back to the same text. Special tokens are those of EXAONE 3.x, with the
 * end of a turn at id 361, as there.
 */
final class MadeUpTokenizer {
  /** Special tokens and the 256 bytes; merges begin here. */
  static final int FIXED_TOKENS = 362;

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int TOKEN_CHARS_MAX = 24;

  private static final String TEXT =
      """
      the quick brown fox jumps over the lazy dog and then explains how a language model works \
      in plain words 나는 오늘 아침에 학교에 갔다 그리고 친구와 함께 점심을 먹었다 한국어 형태소 \
      분석은 어렵지만 재미있다 대한민국의 수도는 서울이다\
      """;

  private static final String TEMPLATE =
      "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}"
          + "{{ '[|system|][|endofturn|]\n' }}{% endif %}"
          + "{{ '[|' + message['role'] + '|]' + message['content'] }}"
          + "{% if message['role'] == 'user' %}{{ '\n' }}{% else %}{{ '[|endofturn|]\n' }}"
          + "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '[|assistant|]' }}{% endif %}";

  private final int size;
  private final SplittableRandom random;
  private final List<String> tokens = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final List<String> merges = new ArrayList<>();
  private final Set<String> known = new HashSet<>();

  /** Tokens that may take part in a merge. */
  private final List<String> parts = new ArrayList<>();

  MadeUpTokenizer(int size, long seed) {
    if (size < FIXED_TOKENS) {
      throw new IllegalArgumentException(
          "a vocabulary of %d; special tokens and bytes alone are %d"
              .formatted(size, FIXED_TOKENS));
    }
    this.size = size;
    this.random = new SplittableRandom(seed);
    String[] letters = byteLetters();
    addFixed(letters);
    addMergesOf(words(letters));
    addRandomMerges();
  }

  SequencedMap<String, GgufValue> metadata() {
    SequencedMap<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("tokenizer.ggml.model", GgufValue.of("gpt2"));
    keys.put("tokenizer.ggml.pre", GgufValue.of("exaone"));
    keys.put("tokenizer.ggml.tokens", GgufValue.strings(tokens));
    int[] typeOfId = types.stream().mapToInt(Integer::intValue).toArray();
    keys.put("tokenizer.ggml.token_type", GgufValue.int32s(typeOfId));
    keys.put("tokenizer.ggml.merges", GgufValue.strings(merges));
    keys.put("tokenizer.ggml.bos_token_id", GgufValue.uint32(1));
    keys.put("tokenizer.ggml.eos_token_id", GgufValue.uint32(FIXED_TOKENS - 1));
    keys.put("tokenizer.ggml.padding_token_id", GgufValue.uint32(0));
    keys.put("tokenizer.ggml.unknown_token_id", GgufValue.uint32(3));
    keys.put("tokenizer.chat_template", GgufValue.of(TEMPLATE));
    return keys;
  }

  private void addFixed(String[] letters) {
    for (String special : List.of("[PAD]", "[BOS]", "[EOS]", "[UNK]")) {
      add(special, CONTROL);
    }
    for (String letter : letters) {
      add(letter, NORMAL);
      parts.add(letter);
    }
    for (int length = 31; length >= 2; length--) {
      add(" ".repeat(length), USER_DEFINED);
    }
    for (int length = 9; length >= 2; length--) {
      add("\t".repeat(length), USER_DEFINED);
    }
    add("<|endoftext|>", CONTROL);
    for (int i = 0; tokens.size() < FIXED_TOKENS - 1; i++) {
      add("[unused" + i + "]", CONTROL);
    }
    add("[|endofturn|]", CONTROL);
  }

  /** The letter that stands for each byte in the vocabulary: GPT-2's table. */
  private static String[] byteLetters() {
    String[] letters = new String[256];
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      letters[b] = Character.toString(printable ? b : next++);
    }
    return letters;
  }

  /** The words of the text in letters, each with its leading space. */
  private static List<List<String>> words(String[] letters) {
    List<List<String>> words = new ArrayList<>();
    for (String word : TEXT.split(" ", -1)) {
      List<String> inLetters = new ArrayList<>();
      for (byte b : (" " + word).getBytes(UTF_8)) {
        inLetters.add(letters[b & 0xFF]);
      }
      words.add(inLetters);
    }
    return words;
  }

  /**
   * Merges within words, a random pair at a time, until each is one token or the tokens run out.
   */
  private void addMergesOf(List<List<String>> words) {
    List<List<String>> left = new ArrayList<>(words);
    while (!left.isEmpty() && tokens.size() < size) {
      int index = random.nextInt(left.size());
      List<String> word = left.get(index);
      if (word.size() == 1) {
        left.set(index, left.getLast());
        left.removeLast();
        continue;
      }
      int at = random.nextInt(word.size() - 1);
      merge(word.get(at), word.get(at + 1));
      word.set(at, word.get(at) + word.remove(at + 1));
    }
  }

  private void addRandomMerges() {
    while (tokens.size() < size) {
      String left = parts.get(random.nextInt(parts.size()));
      String right = parts.get(random.nextInt(parts.size()));
      if (left.length() + right.length() <= TOKEN_CHARS_MAX) {
        merge(left, right);
      }
    }
  }

  private void merge(String left, String right) {
    String merged = left + right;
    if (!known.contains(merged)) {
      add(merged, NORMAL);
      merges.add(left + " " + right);
      parts.add(merged);
    }
  }

  private void add(String token, int type) {
    tokens.add(token);
    types.add(type);
    known.add(token);
  }
}
