package hanok.token;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Makes small vocabularies for tests, with a trainer that is plain because nobody waits for it. */
final class Vocabularies {
  static final String TEXT =
      """
      나는 오늘 아침에 학교에 갔다. 그리고 친구와 함께 점심을 먹었다. 대한민국의 수도는 서울이다.
      한국어 형태소 분석은 어렵지만 재미있다. 오늘 날씨가 좋아서 학교 친구와 서울에 갔다.
      The quick brown fox jumps over the lazy dog. It's what we'll do, don't you? They're here.
      [|user|] [|assistant|] [|system|] the model's answer, user and assistant, 2024 1234 567 89
      def f(x):    return x + 12345 http://example.com/a?b=1&c=2
      """;

  private Vocabularies() {}

  /**
   * A {@code tokenizer.json} trained on {@link #TEXT}.
   *
   * @param preTokenizer the JSON of that key
   * @param special added tokens that are control tokens
   * @param user added tokens that are not
   */
  static String json(
      String preTokenizer, String normalizer, List<String> special, List<String> user) {
    List<String[]> merges = train();
    Map<String, Object> vocab = new TreeMap<>();
    Map<String, Integer> ids = new HashMap<>();
    for (int b = 0; b < 256; b++) {
      ids.put(Character.toString(ByteAlphabet.charOf(b)), ids.size());
    }
    for (String[] merge : merges) {
      ids.putIfAbsent(merge[0] + merge[1], ids.size());
    }
    vocab.putAll(ids);
    List<Map<String, Object>> added = new ArrayList<>();
    for (String token : special) {
      added.add(added(token, ids.size() + added.size(), true));
    }
    for (String token : user) {
      added.add(added(token, ids.size() + added.size(), false));
    }
    Map<String, Object> model = new HashMap<>();
    model.put("type", "BPE");
    model.put("vocab", vocab);
    model.put("merges", merges);
    JsonMapper mapper = JsonMapper.shared();
    Map<String, Object> root = new HashMap<>();
    root.put("version", "1.0");
    root.put("added_tokens", added);
    root.put("normalizer", normalizer.equals("null") ? null : mapper.readTree(normalizer));
    root.put("pre_tokenizer", mapper.readTree(preTokenizer));
    root.put("post_processor", null);
    root.put(
        "decoder",
        mapper.readTree(
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,"
                + "\"trim_offsets\":true,\"use_regex\":true}"));
    root.put("model", model);
    return mapper.writeValueAsString(root);
  }

  private static Map<String, Object> added(String token, int id, boolean special) {
    Map<String, Object> added = new HashMap<>();
    added.put("id", id);
    added.put("content", token);
    added.put("special", special);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      added.put(flag, false);
    }
    return added;
  }

  private static List<String[]> train() {
    List<List<String>> words = new ArrayList<>();
    for (String word : TEXT.split("(?=\\s)", -1)) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      List<String> symbols = new ArrayList<>();
      for (byte b : bytes) {
        symbols.add(Character.toString(ByteAlphabet.charOf(b & 0xFF)));
      }
      words.add(symbols);
    }
    List<String[]> merges = new ArrayList<>();
    while (true) {
      Map<String, Integer> pairs = new TreeMap<>();
      for (List<String> word : words) {
        for (int i = 0; i + 1 < word.size(); i++) {
          pairs.merge(word.get(i) + " " + word.get(i + 1), 1, Integer::sum);
        }
      }
      if (pairs.isEmpty()) {
        return merges;
      }
      String best = Collections.max(pairs.entrySet(), Map.Entry.comparingByValue()).getKey();
      String[] pair = best.split(" ", -1);
      merges.add(pair);
      words.forEach(word -> merge(word, pair));
    }
  }

  private static void merge(List<String> word, String[] pair) {
    for (int i = 0; i + 1 < word.size(); i++) {
      if (word.get(i).equals(pair[0]) && word.get(i + 1).equals(pair[1])) {
        word.set(i, pair[0] + pair[1]);
        word.remove(i + 1);
      }
    }
  }
}
