package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of Unicode 16.0 against the JDK that runs the tests, which may know more. */
class CharClassTest {
  private static final Pattern WHITE_SPACE = Pattern.compile("\\p{IsWhite_Space}");

  @Test
  void classesAreThoseOfUnicode() {
    int assigned = 0;
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean later = CharClass.of(c) == CharClass.OTHER && isLetterOrNumber(c);
      assertThat(later && Runtime.version().feature() <= 25).as("U+%04X", c).isFalse();
      if (later || Character.getType(c) == Character.SURROGATE) {
        continue;
      }
      byte[] utf8 = Character.toString(c).getBytes(UTF_8);
      int at = CharClass.at(utf8, 0, utf8.length);
      assertThat(at & CharClass.CLASS).as("U+%04X", c).isEqualTo(expected(c));
      assertThat(at >> CharClass.BYTES).as("U+%04X", c).isEqualTo(utf8.length);
      assigned += expected(c) == CharClass.OTHER ? 0 : 1;
    }
    assertThat(assigned).isGreaterThan(140_000);
  }

  private static boolean isLetterOrNumber(int c) {
    return expected(c) == CharClass.LETTER || expected(c) == CharClass.NUMBER;
  }

  private static int expected(int c) {
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          CharClass.LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          CharClass.NUMBER;
      default ->
          WHITE_SPACE.matcher(Character.toString(c)).matches() ? CharClass.SPACE : CharClass.OTHER;
    };
  }

  @Test
  void whatIsNoUtf8JoinsNeitherWordsNorNumbers() {
    Random random = new Random(40);
    int malformed = 0;
    for (int i = 0; i < 1_000_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(4)];
      random.nextBytes(bytes);
      bytes[0] |= (byte) 0x80;
      int at = CharClass.at(bytes, 0, bytes.length);
      int length = at >> CharClass.BYTES;
      assertThat(length).isBetween(1, bytes.length);
      if ((at & CharClass.CLASS) != CharClass.OTHER) {
        assertThat(isUtf8(bytes, length)).isTrue();
      } else {
        malformed++;
      }
    }
    assertThat(malformed).isGreaterThan(500_000);
  }

  private static boolean isUtf8(byte[] bytes, int length) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Words of several scripts, with what is nearly Hangul, at every place of eight bytes. */
  @Test
  void lettersEightBytesAtATimeAreThoseOneByOne() {
    Random random = new Random(41);
    String[] parts = {
      "a", "Zz", "가", "힣", "한글", "é", "漢", "\uABFF", "\uD7A4", "𐐀", "1", " ", "@[`{"
    };
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      int words = 1 + random.nextInt(12);
      int kinds = 1 + random.nextInt(parts.length);
      for (int word = 0; word < words; word++) {
        text.append(parts[random.nextInt(kinds)]);
      }
      byte[] utf8 = text.toString().getBytes(UTF_8);
      if (i % 4 == 0) {
        utf8[random.nextInt(utf8.length)] = (byte) random.nextInt();
      }
      int from = random.nextInt(utf8.length);
      assertThat(CharClass.letters(utf8, from, utf8.length))
          .as("%s from %d", text, from)
          .isEqualTo(CharClass.run(utf8, from, utf8.length, CharClass.LETTER));
    }
  }

  @Test
  void everyByteEndsAWordAsItsClassSays() {
    for (int b = 0; b < 1 << 16; b++) {
      byte[] text = "가abcdefgh나다".getBytes(UTF_8);
      text[3 + b % 7] = (byte) (b >> 8);
      text[4 + b % 7] = (byte) b;
      assertThat(CharClass.letters(text, 3, text.length))
          .isEqualTo(CharClass.run(text, 3, text.length, CharClass.LETTER));
    }
  }
}
