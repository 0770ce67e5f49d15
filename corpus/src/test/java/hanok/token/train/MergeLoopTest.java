package hanok.token.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The loop against a plain one that does what Hugging Face's does, step by step: each round counts
 * the changes in a map, and puts every pair that became more frequent into the queue anew.
 */
class MergeLoopTest {
  private record Entry(long count, long pair, Set<Integer> words) {}

  /** Words of up to 12 letters out of few, each with a count. */
  private static List<List<Integer>> words(Random random, int tokens) {
    List<List<Integer>> words = new ArrayList<>();
    int size = 1 + random.nextInt(40);
    for (int w = 0; w < size; w++) {
      List<Integer> word = new ArrayList<>();
      int length = 2 + random.nextInt(11);
      for (int i = 0; i < length; i++) {
        word.add(random.nextInt(random.nextBoolean() ? 2 : tokens));
      }
      words.add(word);
    }
    return words;
  }

  @Test
  void everyMergeIsThatOfThePlainLoop() {
    Random random = new Random(42);
    for (int round = 0; round < 3000; round++) {
      int letters = 2 + random.nextInt(4);
      compare(random, letters, 0);
    }
  }

  /**
   * Words that contain merged tokens from the start bring about what letters alone cannot: the same
   * token by different merges, and pairs that come back after they were merged.
   */
  @Test
  void aTokenThatIsMadeOfTheSameBytesTwiceKeepsItsId() {
    Random random = new Random(43);
    int twice = 0;
    for (int round = 0; round < 3000; round++) {
      twice += compare(random, 2 + random.nextInt(2), 1 + random.nextInt(6));
    }
    assertThat(twice).as("merges whose token was there already").isGreaterThan(100);
  }

  /** Returns how many merges made no new token. */
  private static int compare(Random random, int letters, int mergedBefore) {
    Lexicon ours = new Lexicon(0);
    Lexicon plain = new Lexicon(0);
    for (int i = 0; i < letters; i++) {
      ours.add(new byte[] {(byte) ('a' + i)});
      plain.add(new byte[] {(byte) ('a' + i)});
    }
    for (int i = 0; i < mergedBefore; i++) {
      int left = random.nextInt(ours.size());
      int right = random.nextInt(ours.size());
      ours.merge(left, right);
      plain.merge(left, right);
    }
    List<List<Integer>> words = words(random, ours.size());
    List<Long> counts = words.stream().map(word -> 1L + random.nextInt(9)).toList();
    int tokensMax = ours.size() + random.nextInt(60);
    Words packed = new Words(1, 1);
    for (int w = 0; w < words.size(); w++) {
      int[] ids = words.get(w).stream().mapToInt(Integer::intValue).toArray();
      packed.add(ids, 0, ids.length, w, counts.get(w));
    }
    int known = ours.size();
    int mergesBefore = ours.merges().size();
    new MergeLoop(ours, packed, tokensMax, 1).run(tokensMax, tokens -> {});
    boolean told = plainLoop(plain, words, counts, tokensMax);
    if (!told) {
      int merges = plain.merges().size();
      assertThat(ours.merges().subList(0, merges)).isEqualTo(plain.merges());
      return 0;
    }
    assertThat(ours.merges()).isEqualTo(plain.merges());
    for (int w = 0; w < words.size(); w++) {
      List<Integer> left = new ArrayList<>();
      for (int i = 0; i < packed.length(w); i++) {
        left.add(packed.symbols()[packed.start(w) + i]);
      }
      assertThat(left).isEqualTo(words.get(w));
    }
    return ours.merges().size() - mergesBefore - (ours.size() - known);
  }

  /** Returns false if it cannot tell how it goes on. */
  private static boolean plainLoop(
      Lexicon lexicon, List<List<Integer>> words, List<Long> counts, int tokensMax) {
    Map<Long, Long> pairs = new HashMap<>();
    Map<Long, Set<Integer>> where = new HashMap<>();
    for (int w = 0; w < words.size(); w++) {
      for (int i = 0; i + 1 < words.get(w).size(); i++) {
        change(words.get(w).get(i), words.get(w).get(i + 1), counts.get(w), w, pairs, where);
      }
    }
    PriorityQueue<Entry> queue =
        new PriorityQueue<>(
            Comparator.comparingLong((Entry e) -> -e.count()).thenComparingLong(Entry::pair));
    drain(where, pairs, queue);
    while (lexicon.size() < tokensMax && !queue.isEmpty()) {
      Entry top = queue.poll();
      long count = pairs.getOrDefault(top.pair(), 0L);
      if (count < 1) {
        continue;
      }
      Entry next = queue.peek();
      if (next != null && next.pair() == top.pair() && next.count() == top.count()) {
        return false; // a pair came back: which of the two is first, Hugging Face leaves open
      }
      if (count != top.count()) {
        queue.add(new Entry(count, top.pair(), top.words()));
        continue;
      }
      int a = (int) (top.pair() >>> 32);
      int b = (int) top.pair();
      int result = lexicon.merge(a, b);
      for (int w : top.words()) {
        mergeIn(w, words.get(w), a, b, result, counts.get(w), pairs, where);
      }
      drain(where, pairs, queue);
    }
    return true;
  }

  private static void mergeIn(
      int w,
      List<Integer> word,
      int a,
      int b,
      int result,
      long count,
      Map<Long, Long> pairs,
      Map<Long, Set<Integer>> where) {
    for (int i = 0; i + 1 < word.size(); i++) {
      if (word.get(i) == a && word.get(i + 1) == b) {
        if (i > 0) {
          change(word.get(i - 1), a, -count, w, pairs, where);
          change(word.get(i - 1), result, count, w, pairs, where);
        }
        if (i + 2 < word.size()) {
          change(b, word.get(i + 2), -count, w, pairs, where);
          change(result, word.get(i + 2), count, w, pairs, where);
        }
        word.set(i, result);
        word.subList(i + 1, i + 2).clear();
      }
    }
  }

  private static void change(
      int left,
      int right,
      long delta,
      int word,
      Map<Long, Long> pairs,
      Map<Long, Set<Integer>> where) {
    long pair = PairCounts.pair(left, right);
    pairs.merge(pair, delta, Long::sum);
    if (delta > 0) {
      where.computeIfAbsent(pair, key -> new TreeSet<>()).add(word);
    }
  }

  private static void drain(
      Map<Long, Set<Integer>> where, Map<Long, Long> pairs, PriorityQueue<Entry> queue) {
    where.forEach((pair, seen) -> {
      if (pairs.getOrDefault(pair, 0L) > 0) {
        queue.add(new Entry(pairs.getOrDefault(pair, 0L), pair, seen));
      }
    });
    where.clear();
  }
}
