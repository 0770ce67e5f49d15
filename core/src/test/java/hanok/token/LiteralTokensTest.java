package hanok.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiteralTokensTest {

  /** Few kinds of beginnings, which are sought eight places at a time, and many; short ones too. */
  @Test
  void noTokenBeginsBeforeTheNextPlace() {
    Random random = new Random(50);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      List<byte[]> tokens = new ArrayList<>();
      int count = random.nextInt(9);
      int letters = 2 + random.nextInt(20);
      int lengthMin = 1 + random.nextInt(2);
      LiteralTokens literals = new LiteralTokens();
      for (int id = 0; id < count; id++) {
        tokens.add(bytes(random, letters, lengthMin + random.nextInt(3)));
        literals.add(tokens.get(id), id);
      }
      byte[] text = bytes(random, letters, random.nextInt(60));
      int from = random.nextInt(text.length + 1);
      int to = from + random.nextInt(text.length - from + 1);
      int next = literals.next(text, from, to);
      assertThat(next).isBetween(from, to);
      for (int at = from; at < next; at++) {
        int start = at;
        assertThat(tokens).noneMatch(token -> beginsAt(token, text, start, to));
        assertThat(literals.longest(text, at, to)).isNegative();
      }
      if (next < to && tokens.stream().anyMatch(token -> beginsAt(token, text, next, to))) {
        found++;
        assertThat(literals.longest(text, next, to)).isNotNegative();
      }
    }
    assertThat(found).isGreaterThan(3000);
  }

  @Test
  void theNextPlaceIsNearATokenThatIsThere() {
    LiteralTokens literals = new LiteralTokens();
    literals.add(new byte[] {' ', ' '}, 0);
    literals.add(new byte[] {(byte) 0xEA, (byte) 0xB0, 1}, 1);
    byte[] text = new byte[100];
    for (int at = 0; at < 98; at++) {
      Arrays.fill(text, (byte) 'x');
      text[at] = (byte) (at % 2 == 0 ? ' ' : 0xEA);
      text[at + 1] = (byte) (at % 2 == 0 ? ' ' : 0xB0);
      assertThat(literals.next(text, 0, 100)).isEqualTo(at);
    }
  }

  private static byte[] bytes(Random random, int letters, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (random.nextInt(letters) * 17);
    }
    return bytes;
  }

  private static boolean beginsAt(byte[] token, byte[] text, int at, int to) {
    return at + token.length <= to
        && Arrays.equals(token, 0, token.length, text, at, at + token.length);
  }
}
