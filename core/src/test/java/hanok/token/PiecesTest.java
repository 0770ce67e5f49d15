package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PiecesTest {
  private static final int MERGES = 20_000; // so many that their tables take some milliseconds

  /** Merges of random neighbours, in the order in which their parts are there, or the other way. */
  private static Merges merges(Random random, boolean ordered) {
    List<String> tokens = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(Character.toString(b));
    }
    tokens.forEach(token -> ids.put(token, ids.size()));
    int[] left = new int[MERGES];
    int[] right = new int[MERGES];
    int[] result = new int[MERGES];
    for (int i = 0; i < MERGES; ) {
      int first = random.nextInt(3) == 0 ? 'a' + random.nextInt(26) : random.nextInt(tokens.size());
      int second = 'a' + random.nextInt(26);
      String joined = tokens.get(first) + tokens.get(second);
      if (joined.length() <= 9 && ids.putIfAbsent(joined, tokens.size()) == null) {
        int at = ordered ? i : MERGES - 1 - i;
        left[at] = first;
        right[at] = second;
        result[at] = tokens.size();
        tokens.add(joined);
        i++;
      }
    }
    int[] bytes = new int[256];
    Arrays.setAll(bytes, b -> b);
    return new Merges(bytes, left, right, result);
  }

  @Test
  void idsAreTheSameBeforeAndAfterTheTablesAreMade() {
    Random random = new Random(60);
    int early = 0;
    for (int i = 0; i < 20; i++) {
      Pieces pieces = new Pieces(merges(random, true), 256 + MERGES);
      List<byte[]> texts = new ArrayList<>();
      List<int[]> ids = new ArrayList<>();
      for (int t = 0; t < 200; t++) {
        texts.add(text(random));
        PieceEncoder now = pieces.now();
        early += now instanceof Bpe ? 1 : 0;
        ids.add(encode(now, texts.get(t)));
      }
      PieceEncoder best = pieces.best();
      assertThat(best).isInstanceOf(Backtracking.class).isSameAs(pieces.now());
      for (int t = 0; t < texts.size(); t++) {
        assertThat(encode(best, texts.get(t))).isEqualTo(ids.get(t));
      }
    }
    assertThat(early).isPositive();
  }

  @Test
  void mergesOutOfOrderAreEncodedByTheDefinition() {
    Pieces pieces = new Pieces(merges(new Random(61), false), 256 + MERGES);
    assertThat(pieces.best()).isInstanceOf(Bpe.class).isSameAs(pieces.now());
  }

  @Test
  void whoIsInterruptedWhileWaitingIsStillInterrupted() {
    Pieces pieces = new Pieces(merges(new Random(62), true), 256 + MERGES);
    Thread.currentThread().interrupt();
    PieceEncoder best = pieces.best();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(best).isInstanceOf(Backtracking.class);
  }

  private static byte[] text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = 1 + random.nextInt(60); length > 0; length--) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString().getBytes(UTF_8);
  }

  private static int[] encode(PieceEncoder encoder, byte[] text) {
    IdBuffer out = new IdBuffer();
    encoder.encode(text, 0, text.length, out, new Scratch(null));
    return out.toArray();
  }
}
