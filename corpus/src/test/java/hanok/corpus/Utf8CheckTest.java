package hanok.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8CheckTest {
  /** Bytes at the edges of the tables, so that random texts are often valid for a while. */
  private static final int[] EDGES = {
    'a', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEA, 0xED,
    0xEE, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF
  };

  @Test
  void theFirstInvalidByteIsTheOneThatTheJdkStopsAt() {
    Random random = new Random(3);
    for (int n = 0; n < 300_000; n++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int i = 0; i < bytes.length; i++) {
        boolean ascii = random.nextInt(3) == 0;
        bytes[i] = (byte) (ascii ? 'a' : EDGES[random.nextInt(EDGES.length)]);
      }
      assertThat(Utf8Check.firstInvalid(bytes, 0, bytes.length)).isEqualTo(firstInvalid(bytes));
    }
  }

  @Test
  void everyCharacterIsValid() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(c).getBytes(UTF_8);
        assertThat(Utf8Check.firstInvalid(bytes, 0, bytes.length)).isEqualTo(-1);
      }
    }
  }

  private static int firstInvalid(byte[] bytes) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return decoder.decode(in, CharBuffer.allocate(bytes.length), true).isError()
        ? in.position()
        : -1;
  }
}
