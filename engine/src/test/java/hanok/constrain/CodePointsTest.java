package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sets of code points, and their edges over bytes, against a {@link BitSet}. */
final class CodePointsTest {
  private static final int[] EDGES = {0, 0x80, 0x800, 0x1000, 0x2000, 0xD7FF, 0xE000, 0x10000};

  private final SplittableRandom random = new SplittableRandom(6);

  private int codePoint() {
    int c =
        random.nextBoolean()
            ? EDGES[random.nextInt(EDGES.length)] + random.nextInt(-70, 70)
            : random.nextInt(Character.MAX_CODE_POINT + 1);
    return Math.max(0, c);
  }

  private CodePoints set(BitSet same) {
    int[] bounds = new int[2 * random.nextInt(1, 4)];
    for (int i = 0; i < bounds.length; i += 2) {
      int a = codePoint();
      int b = random.nextBoolean() ? codePoint() : a + random.nextInt(5000);
      bounds[i] = Math.min(a, b);
      bounds[i + 1] = Math.min(Math.max(a, b), Character.MAX_CODE_POINT);
      same.set(bounds[i], bounds[i + 1] + 1);
    }
    same.clear(0xD800, 0xE000);
    return CodePoints.of(bounds);
  }

  private static BitSet members(CodePoints set) {
    BitSet members = new BitSet();
    for (int i = 0; i < set.bounds().length; i += 2) {
      members.set(set.bounds()[i], set.bounds()[i + 1] + 1);
    }
    return members;
  }

  @Test
  void setsAreWhatABitSetMakesThem() {
    for (int round = 0; round < 500; round++) {
      BitSet a = new BitSet();
      BitSet b = new BitSet();
      CodePoints left = set(a);
      CodePoints right = set(b);
      assertThat(members(left)).isEqualTo(a);
      BitSet union = (BitSet) a.clone();
      union.or(b);
      assertThat(members(left.union(right))).isEqualTo(union);
      BitSet rest = (BitSet) a.clone();
      rest.andNot(b);
      assertThat(members(left.minus(right))).isEqualTo(rest);
      BitSet others = new BitSet();
      others.set(0, Character.MAX_CODE_POINT + 1);
      others.clear(0xD800, 0xE000);
      others.andNot(a);
      assertThat(members(left.complement())).isEqualTo(others);
    }
  }

  @Test
  void edgesTakeTheBytesOfExactlyTheSet() {
    for (int round = 0; round < 300; round++) {
      BitSet same = new BitSet();
      AutomatonBuilder builder = new AutomatonBuilder();
      int rule = builder.rule();
      new Utf8Edges(builder).draw(builder.start(rule), set(same), builder.end(rule));
      Configurations edges = new Configurations(builder.build(rule));
      for (int i = 0; i < 300; i++) {
        int bound = same.nextSetBit(codePoint());
        int end = bound < 0 ? -1 : same.nextClearBit(bound);
        int c = i % 3 == 0 ? codePoint() : (i % 3 == 1 ? bound : end) + random.nextInt(-2, 3);
        if (Character.isValidCodePoint(c) && (c < 0xD800 || c > 0xDFFF)) {
          byte[] bytes = Character.toString(c).getBytes(UTF_8);
          boolean taken = edges.step(edges.start(), bytes).complete;
          assertThat(taken).as("%x", c).isEqualTo(same.get(c));
        }
      }
    }
  }
}
