package hanok.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgufValue;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final String BYTE_LEVEL = "{\"type\":\"ByteLevel\",\"add_prefix_space\":false}";
  private static final String EXAONE =
      "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},"
          + BYTE_LEVEL
          + "]}";

  @TempDir Path folder;

  @Test
  void decodingIsTheInverse() throws IOException {
    Tokenizer tokenizer = exaone("null");
    Random random = new Random(9);
    for (int i = 0; i < 5000; i++) {
      String text = HuggingFaceOracleTest.randomText(random);
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      assertThat(tokenizer.decode(tokenizer.encode(text, EncodeOptions.SPECIAL))).isEqualTo(text);
    }
  }

  @Test
  void ordinaryTextNeverBecomesAControlToken() throws IOException {
    Tokenizer tokenizer = exaone("null");
    int[] ids = tokenizer.encode("a<|endoftext|>b[|endofturn|]");
    assertThat(Arrays.stream(ids).noneMatch(tokenizer::isControl)).isTrue();
    assertThat(tokenizer.encode("<|endoftext|>", EncodeOptions.SPECIAL))
        .containsExactly(tokenizer.id("<|endoftext|>").orElseThrow());
  }

  @Test
  void loneSurrogatesBecomeReplacementCharacters() throws IOException {
    Tokenizer tokenizer = exaone("null");
    assertThat(tokenizer.decode(tokenizer.encode("a\uD800b\uDC00"))).isEqualTo("a\uFFFDb\uFFFD");
  }

  @Test
  void offsetsCoverTheOriginalText() throws IOException {
    for (String normalizer : List.of("null", "{\"type\":\"NFC\"}")) {
      Tokenizer tokenizer = exaone(normalizer);
      Random random = new Random(10);
      for (int i = 0; i < 2000; i++) {
        String text = HuggingFaceOracleTest.randomText(random);
        Encoding encoding = tokenizer.encodeWithOffsets(text);
        assertThat(encoding.ids()).isEqualTo(tokenizer.encode(text));
        int covered = 0;
        for (int t = 0; t < encoding.ids().length; t++) {
          assertThat(encoding.starts()[t]).isLessThanOrEqualTo(covered);
          assertThat(encoding.ends()[t]).isGreaterThan(encoding.starts()[t]);
          covered = Math.max(covered, encoding.ends()[t]);
        }
        assertThat(covered).isEqualTo(text.length());
      }
    }
  }

  @Test
  void composedJamoReportThePlacesOfTheirParts() throws IOException {
    Tokenizer tokenizer = exaone("{\"type\":\"NFC\"}");
    String text = "a\u1112\u1161\u11AB!"; // 한, as three jamo
    Encoding encoding = tokenizer.encodeWithOffsets(text);
    assertThat(tokenizer.decode(encoding.ids())).isEqualTo("a한!");
    assertThat(encoding.starts()[1]).isEqualTo(1);
    assertThat(encoding.ends()[1]).isEqualTo(4);
    assertThat(encoding.ends()[encoding.ids().length - 1]).isEqualTo(5);
  }

  @Test
  void aTokenInsideACharacterCoversAllOfIt() throws IOException {
    Encoding encoding = exaone("null").encodeWithOffsets("x😀y");
    assertThat(encoding.starts()).containsExactly(0, 1, 1, 1, 1, 3);
    assertThat(encoding.ends()).containsExactly(1, 3, 3, 3, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a", "가", "1", "\n", "'", "!", "\u0301"})
  @Timeout(5) // each takes well under a second; a machine under load gets some more
  void longRunsAreLinear(String unit) throws IOException {
    Tokenizer tokenizer = exaone("null");
    String text = unit.repeat(1_000_000 / unit.getBytes(StandardCharsets.UTF_8).length);
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource
  void everyPieceAdvances(PreTokenizer rule) {
    Random random = new Random(11);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = Utf8.encode(HuggingFaceOracleTest.randomText(random));
      for (int at = 0; at < bytes.length; ) {
        int end = rule.end(bytes, at, bytes.length);
        assertThat(end).isGreaterThan(at).isLessThanOrEqualTo(bytes.length);
        at = end;
      }
    }
  }

  @Test
  void shortAndLongPiecesMergeAlike() throws IOException {
    Tokenizer tokenizer = exaone("null");
    String word = "오늘한국어형태소분석은재미있다오늘한국어형태소분석은재미있다";
    int[] whole = tokenizer.encode(word); // 90 bytes: the heap
    int[] half = tokenizer.encode("오늘한국어"); // 15 bytes: the scan
    assertThat(whole).startsWith(half);
  }

  @Test
  void saysWhatIsWrongWithMetadata() {
    refuses(m -> m.put("tokenizer.ggml.model", GgufValue.of("llama")), "\"llama\"; Hanok reads");
    refuses(m -> m.put("tokenizer.ggml.pre", GgufValue.of("viking")), "\"viking\" is not known");
    refuses(m -> m.remove("tokenizer.ggml.tokens"), "key tokenizer.ggml.tokens: missing");
    refuses(m -> m.put("tokenizer.ggml.token_type", GgufValue.int32s(1)), "1 types for 257 tokens");
    refuses(m -> m.put("tokenizer.ggml.token_type", types(9)), "token 256 has type 9");
    refuses(
        m -> m.put("tokenizer.ggml.eos_token_id", GgufValue.uint32(257)),
        "257 is outside the vocabulary of 257");
    refuses(m -> m.put("tokenizer.ggml.merges", GgufValue.strings(List.of("a"))), "is not two");
    refuses(
        m -> m.put("tokenizer.ggml.merges", GgufValue.strings(List.of("a b"))),
        "merge 0 names \"ab\", which is not in the vocabulary");
    refuses(
        m -> m.put("tokenizer.ggml.tokens", GgufValue.strings(tokens().subList(1, 257))), "256");
  }

  @Test
  void saysWhatIsWrongWithTokenizerJson() throws IOException {
    refusesJson("{", "not JSON");
    refusesJson("[]", "not a JSON object");
    refusesJson("{}", "Hanok reads BPE");
    refusesJson(json(EXAONE).replace("\"BPE\"", "\"Unigram\""), "\"Unigram\"; Hanok reads BPE");
    refusesJson(json("{\"type\":\"Whitespace\"}"), "pre_tokenizer is not supported: Whitespace");
    refusesJson(json("{\"type\":\"ByteLevel\"}"), "add_prefix_space");
    refusesJson(
        Vocabularies.json(EXAONE, "{\"type\":\"Lowercase\"}", List.of(), List.of()),
        "normalizer \"Lowercase\" is not supported");
    String stripped =
        Vocabularies.json(EXAONE, "null", List.of("<s>"), List.of())
            .replace("\"lstrip\":false", "\"lstrip\":true");
    refusesJson(stripped, "added token \"<s>\": lstrip is not supported");
  }

  @Test
  void readsSpecialTokensBesideTokenizerJson() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\":{\"content\":\"<|endoftext|>\"},\"eos_token\":\"[|endofturn|]\","
            + "\"add_bos_token\":true}");
    Tokenizer tokenizer = exaone("null");
    assertThat(tokenizer.eos()).isEqualTo(tokenizer.id("[|endofturn|]"));
    assertThat(tokenizer.bos()).isEqualTo(tokenizer.id("<|endoftext|>"));
    assertThat(tokenizer.addsBos()).isTrue();
    assertThat(tokenizer.isEndOfGeneration(tokenizer.eos().orElseThrow())).isTrue();
  }

  @Test
  void ggufMetadataOfATokenizerJsonGivesTheSameIds() throws IOException {
    Tokenizer json = exaone("null");
    Tokenizer gguf = Tokenizer.of(Metadata.of(Path.of("memory"), json.ggufMetadata()));
    Random random = new Random(12);
    for (int i = 0; i < 2000; i++) {
      String text = HuggingFaceOracleTest.randomText(random);
      assertThat(gguf.encode(text, EncodeOptions.SPECIAL))
          .isEqualTo(json.encode(text, EncodeOptions.SPECIAL));
    }
  }

  @Test
  void saysWhichIdIsOutside() throws IOException {
    Tokenizer tokenizer = exaone("null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.decode(-1))
        .withMessageContaining("token id -1 is outside the vocabulary of");
  }

  private Tokenizer exaone(String normalizer) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    List<String> special = List.of("<|endoftext|>", "[|endofturn|]");
    Files.writeString(
        file, Vocabularies.json(EXAONE, normalizer, special, List.of("  ", "PI:URL")));
    return Tokenizer.load(file);
  }

  private static String json(String preTokenizer) {
    return Vocabularies.json(preTokenizer, "null", List.of(), List.of());
  }

  private void refusesJson(String json, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }

  private static void refuses(Consumer<SequencedMap<String, GgufValue>> change, String reason) {
    SequencedMap<String, GgufValue> values = new LinkedHashMap<>();
    values.put("tokenizer.ggml.model", GgufValue.of("gpt2"));
    values.put("tokenizer.ggml.pre", GgufValue.of("exaone"));
    values.put("tokenizer.ggml.tokens", GgufValue.strings(tokens()));
    values.put("tokenizer.ggml.token_type", types(3));
    values.put("tokenizer.ggml.merges", GgufValue.strings(List.of()));
    Tokenizer.of(Metadata.of(Path.of("good"), values));
    change.accept(values);
    assertThatThrownBy(() -> Tokenizer.of(Metadata.of(Path.of("bad"), values)))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining(reason);
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(Character.toString(ByteAlphabet.charOf(b)));
    }
    tokens.add("[EOS]");
    return tokens;
  }

  private static GgufValue types(int last) {
    int[] types = new int[257];
    Arrays.fill(types, 1);
    types[256] = last;
    return GgufValue.int32s(types);
  }
}
