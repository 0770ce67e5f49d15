package hanok.token;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our ids against those of Hugging Face's own library, on random text of all of Unicode. */
class HuggingFaceOracleTest {
  private static final int TEXTS = 100_000;
  private static final List<String> SPECIAL = List.of("<|endoftext|>", "[|endofturn|]");
  private static final List<String> USER = List.of("  ", "   ", "\t\t", "PI:URL");

  private static final String BYTE_LEVEL =
      "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":%s}";
  private static final String MODERN =
      "{\"type\":\"Split\",\"behavior\":\"Isolated\",\"invert\":false,\"pattern\":{\"Regex\":"
          + "\"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|%s"
          + "| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+\"}}";

  /** Characters that pre-tokenisers, normalisers and byte boundaries trip over. */
  private static final int[] AWKWARD = {
    ' ', ' ', ' ', '\t', '\n', '\r', '\'', 's', 't', 'r', 'e', 'l', 'L', 'S', 'm', '1', '2', '.',
    '[', '|', ']', 0x85, 0xA0, 0x1680, 0x2000, 0x2007, 0x200A, 0x200B, 0x200D, 0x2028, 0x2029,
    0x202F, 0x205F, 0x3000, 0xFEFF, 0x1C, 0x1F, 0x0, 0x7F, 0x301, 0x338, 0x17F, 0x130, 0xB2, 0xBD,
    0x2167, 0x661, 0x969, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xD7A3, 0x3131, 0x314B, 0xFF11, 0xFF21,
    0x1F600, 0x1F468, 0x1F3FD, 0xFE0F, 0x20E3, 0xE0001, 0x10FFFF, 0xFDD0, 0x378, 0x2FE0, 0x20000,
    0x1D7CE
  };

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "EXAONE, null",
    "GPT2, null",
    "LLAMA3, null",
    "QWEN2, null",
    "EXAONE, NFC",
    "GPT2, NFC"
  })
  void idsAreTheSame(PreTokenizer rule, String normalizer) throws IOException {
    String normal = normalizer.equals("NFC") ? "{\"type\":\"NFC\"}" : "null";
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, Vocabularies.json(json(rule), normal, SPECIAL, USER));
    Tokenizer ours = Tokenizer.load(file);
    try (HuggingFaceTokenizer theirs = HuggingFaceTokenizer.newInstance(file)) {
      Random random = new Random(42);
      for (int i = 0; i < TEXTS / 6; i++) {
        String text = randomText(random);
        long[] expected = theirs.encode(text, false, false).getIds();
        long[] actual = ids(ours.encode(text, EncodeOptions.SPECIAL));
        assertThat(actual).as(escape(text)).isEqualTo(expected);
      }
    }
  }

  static String json(PreTokenizer rule) {
    String plain = BYTE_LEVEL.formatted("true");
    String noRegex = BYTE_LEVEL.formatted("false");
    return switch (rule) {
      case GPT2 -> plain;
      case EXAONE -> sequence("{\"type\":\"Digits\",\"individual_digits\":true}", plain);
      case LLAMA3 -> sequence(MODERN.formatted("\\\\p{N}{1,3}"), noRegex);
      case QWEN2 -> sequence(MODERN.formatted("\\\\p{N}"), noRegex);
    };
  }

  private static String sequence(String first, String second) {
    return "{\"type\":\"Sequence\",\"pretokenizers\":[" + first + "," + second + "]}";
  }

  static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = 1 + random.nextInt(12);
    for (int i = 0; i < parts; i++) {
      switch (random.nextInt(6)) {
        case 0 -> text.append(word(random));
        case 1 -> text.appendCodePoint(codePoint(random));
        case 2 -> text.append(SPECIAL.get(random.nextInt(2)));
        case 3 -> text.append(Character.toString(awkward(random)).repeat(random.nextInt(6)));
        default -> text.appendCodePoint(awkward(random));
      }
    }
    return text.toString();
  }

  private static int awkward(Random random) {
    return AWKWARD[random.nextInt(AWKWARD.length)];
  }

  private static String word(Random random) {
    String[] words = Vocabularies.TEXT.split("(?<= )", -1);
    return words[random.nextInt(words.length)];
  }

  /** Any code point but a surrogate; low planes more often. */
  private static int codePoint(Random random) {
    int bound = random.nextBoolean() ? 0x3000 : Character.MAX_CODE_POINT + 1;
    int c = random.nextInt(bound);
    return c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c;
  }

  private static long[] ids(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }

  private static String escape(String text) {
    return LongStream.of(text.codePoints().asLongStream().toArray())
        .mapToObj(c -> "U+%04X".formatted(c))
        .toList()
        .toString();
  }
}
