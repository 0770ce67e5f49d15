package hanok.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fast encoder and the two forms of {@link Bpe} against the definition, on random merges. */
class BacktrackingTest {
  private static final int VOCABULARIES = 3000;
  private static final int TEXTS = 30;

  /** Random merges over few bytes, so that tokens overlap in every way. */
  private static final class Made {
    final Random random;
    final int alphabet;
    final List<String> tokens = new ArrayList<>(); // by id, as Latin-1
    final Map<String, Integer> ids = new HashMap<>();
    final List<int[]> pairs = new ArrayList<>();

    Made(Random random) {
      this.random = random;
      alphabet = List.of(1, 2, 3, 5, 256).get(random.nextInt(5));
      for (int b = 0; b < 256; b++) {
        add(Character.toString(b));
      }
      int merges = random.nextInt(120);
      for (int i = 0; i < merges; i++) {
        int left = pick();
        int right = pick();
        if (tokens.get(left).length() + tokens.get(right).length() <= 40) {
          add(tokens.get(left) + tokens.get(right));
          pairs.add(new int[] {left, right});
        }
      }
    }

    private void add(String token) {
      if (ids.putIfAbsent(token, tokens.size()) == null) {
        tokens.add(token);
      }
    }

    private int pick() {
      int made = tokens.size() - 256;
      return made > 0 && random.nextInt(3) > 0
          ? 256 + random.nextInt(made)
          : random.nextInt(alphabet);
    }

    Merges merges() {
      int[] bytes = new int[256];
      Arrays.setAll(bytes, b -> b);
      int[] left = pairs.stream().mapToInt(pair -> pair[0]).toArray();
      int[] right = pairs.stream().mapToInt(pair -> pair[1]).toArray();
      int[] result = new int[left.length];
      Arrays.setAll(result, i -> ids.get(tokens.get(left[i]) + tokens.get(right[i])));
      return new Merges(bytes, left, right, result);
    }

    byte[] text(int length) {
      byte[] text = new byte[length];
      for (int i = 0; i < length; i++) {
        text[i] = (byte) random.nextInt(alphabet);
      }
      return text;
    }

    /** By the definition: the first of the merges that applies anywhere, at its leftmost place. */
    int[] defined(byte[] text) {
      List<Integer> symbols = new ArrayList<>();
      for (byte b : text) {
        symbols.add(b & 0xFF);
      }
      for (int rank = 0; rank < pairs.size(); rank++) {
        List<Integer> pair = List.of(pairs.get(rank)[0], pairs.get(rank)[1]);
        int at = Collections.indexOfSubList(symbols, pair);
        if (at >= 0) {
          String joined = tokens.get(pair.get(0)) + tokens.get(pair.get(1));
          symbols.set(at, ids.get(joined));
          symbols.subList(at + 1, at + 2).clear();
          rank = -1; // what was made may merge earlier
        }
      }
      return symbols.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  @Test
  void idsAreThoseOfMergingInOrder() {
    Random random = new Random(20);
    int fast = 0;
    for (int i = 0; i < VOCABULARIES; i++) {
      Made made = new Made(random);
      if (random.nextInt(4) == 0) { // merges before those that they need
        Collections.shuffle(made.pairs, random);
      }
      Merges merges = made.merges();
      Backtracking backtracking = Backtracking.of(merges, made.tokens.size());
      fast += backtracking == null ? 0 : 1;
      Bpe bpe = new Bpe(merges);
      for (int t = 0; t < TEXTS; t++) {
        byte[] text = made.text(1 + random.nextInt(t == 0 ? 300 : 40));
        int[] expected = made.defined(text);
        assertThat(ids(bpe, text)).isEqualTo(expected);
        if (backtracking != null) {
          assertThat(ids(backtracking, text)).isEqualTo(expected);
        }
      }
    }
    assertThat(fast).isBetween(VOCABULARIES / 2, VOCABULARIES - 100);
  }

  @Test
  void aTokenThatIsSaidToBeMadeIsMadeOfItsBytes() {
    Random random = new Random(21);
    int checked = 0;
    for (int i = 0; i < 300; i++) {
      Made made = new Made(random);
      Backtracking encoder = Backtracking.of(made.merges(), made.tokens.size());
      if (encoder == null) {
        continue;
      }
      BitSet whole = encoder.made();
      for (int id = 0; id < made.tokens.size(); id++) {
        byte[] bytes = made.tokens.get(id).getBytes(ISO_8859_1);
        assertThat(whole.get(id)).isEqualTo(ids(encoder, bytes).length == 1);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(150 * 256);
  }

  /** Wide alternatives and a stack of several hundred thousand tokens. */
  @Test
  @Timeout(30) // a fraction of a second; quadratic time would be minutes
  void longPiecesTakeLinearTime() {
    Random random = new Random(22);
    for (int i = 0; i < 40; i++) {
      Made made = new Made(random);
      Merges merges = made.merges();
      Backtracking backtracking = Backtracking.of(merges, made.tokens.size());
      if (backtracking == null) {
        continue;
      }
      byte[] text = made.text(300_000);
      if (i == 0) {
        Arrays.fill(text, (byte) 0);
      }
      assertThat(ids(backtracking, text)).isEqualTo(ids(new Bpe(merges), text));
    }
  }

  private static int[] ids(PieceEncoder encoder, byte[] text) {
    IdBuffer out = new IdBuffer();
    encoder.encode(text, 0, text.length, out, new Scratch(null));
    return out.toArray();
  }
}
