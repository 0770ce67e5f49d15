package hanok.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteTrieTest {

  /** Few letters give deep nodes with few children, many give wide ones. */
  @ParameterizedTest
  @CsvSource({"2, 500, 14", "4, 3000, 9", "256, 20000, 3", "256, 1, 1", "60, 5000, 40"})
  void findsTheLongestOfRandomTokens(int letters, int count, int lengthMax) {
    Random random = new Random(letters);
    Set<String> distinct = new HashSet<>();
    List<byte[]> tokens = new ArrayList<>();
    ByteTrieBuilder builder = new ByteTrieBuilder(16);
    for (int i = 0; i < count; i++) {
      byte[] token = random(random, letters, 1 + random.nextInt(lengthMax));
      if (distinct.add(Arrays.toString(token))) {
        int node = ByteTrieBuilder.ROOT;
        for (byte b : token) {
          node = builder.child(node, b);
        }
        builder.set(node, tokens.size());
        tokens.add(token);
      }
    }
    ByteTrie trie = Objects.requireNonNull(builder.build());
    assertThat(builder.prefixes(tokens.size()))
        .isEqualTo(tokens.stream().mapToInt(t -> longest(tokens, t, t.length - 1)).toArray());
    for (int i = 0; i < 2000; i++) {
      byte[] known = tokens.get(random.nextInt(tokens.size()));
      byte[] text = random(random, letters, known.length + random.nextInt(3));
      System.arraycopy(known, 0, text, 0, random.nextInt(known.length + 1));
      int expected = longest(tokens, text, text.length);
      long found = trie.longest(text, 0, text.length);
      assertThat((int) found - 1).isEqualTo(expected);
      assertThat(found >>> 32).isEqualTo(expected < 0 ? 0 : tokens.get(expected).length);
    }
  }

  private static byte[] random(Random random, int letters, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(letters);
    }
    return bytes;
  }

  private static int longest(List<byte[]> tokens, byte[] text, int lengthMax) {
    int longest = -1;
    for (int i = 0; i < tokens.size(); i++) {
      byte[] token = tokens.get(i);
      boolean fits =
          token.length <= lengthMax && Arrays.equals(token, 0, token.length, text, 0, token.length);
      if (fits && (longest < 0 || token.length > tokens.get(longest).length)) {
        longest = i;
      }
    }
    return longest;
  }
}
