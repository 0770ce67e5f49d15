package hanok.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StringTableTest {
  @Test
  void isAListOfTheStrings() {
    List<String> strings = List.of("", "가나다", "x", "", "😀");
    StringTable table = StringTable.of(strings);
    assertThat(table).isEqualTo(strings);
    assertThat(StringTable.of(table)).isSameAs(table);
    assertThat(table.start(1)).isEqualTo(0);
    assertThat(table.end(1)).isEqualTo(9);
  }

  @Test
  void loneSurrogatesBecomeReplacementCharacters() {
    assertThat(StringTable.of(List.of("a\uD800", "\uDC00b"))).containsExactly("a\uFFFD", "\uFFFDb");
  }

  @Test
  void utf8IsWhatTheJdkCallsSo() {
    int[] edges = {
      0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED,
      0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF
    };
    Random random = new Random(50);
    int good = 0;
    for (int i = 0; i < 2_000_000; i++) {
      byte[] bytes = new byte[random.nextInt(6)];
      for (int b = 0; b < bytes.length; b++) {
        bytes[b] = (byte) edges[random.nextInt(edges.length)];
      }
      boolean expected = decodes(bytes);
      if (StringTableReader.isUtf8(bytes, 0, bytes.length) != expected) {
        assertThat(bytes).as("well-formed: %s", expected).isNull();
      }
      good += expected ? 1 : 0;
    }
    assertThat(good).isBetween(100_000, 1_900_000);
  }

  private static boolean decodes(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
