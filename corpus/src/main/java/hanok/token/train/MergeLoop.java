package hanok.token.train;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Byte-pair encoding proper: merges the most frequent pair of neighbours in all words, again and
 * again. Of equally frequent pairs the one with the smaller ids is first. A merge costs what it
 * changes: the words that have the pair are known, and counts are kept up to date by differences.
 *
 * <p>Equal to Hugging Face's trainer in every merge, also in what it does where a token arises by
 * two different merges, which only words that begin with merged tokens can bring about: the pair
 * stays counted after it is merged, and may be merged again.
 */
final class MergeLoop {
  private final Lexicon lexicon;
  private final Words words;
  private final long countMin;
  private final PairCounts counts;
  private final MergeQueue queue = new MergeQueue();
  private final Neighbours left;
  private final Neighbours right;

  /** How often the result of the merge that goes on stands to the right of itself, by old words. */
  private long rightSelf;

  /**
   * @param tokensMax how many ids the lexicon may have in the end
   * @param countMin pairs that are rarer are not merged; at least 1
   */
  MergeLoop(Lexicon lexicon, Words words, int tokensMax, long countMin) {
    this.lexicon = lexicon;
    this.words = words;
    this.countMin = countMin;
    int ids = Math.max(tokensMax, lexicon.size()) + 1;
    left = new Neighbours(ids);
    right = new Neighbours(ids);
    counts = countPairs();
    enqueueAll();
  }

  /** Merges until the lexicon has so many ids, or nothing is frequent enough. */
  void run(int tokensMax, IntConsumer progress) {
    while (lexicon.size() < tokensMax && !queue.isEmpty()) {
      long pair = queue.firstPair();
      long count = counts.of(pair);
      if (count < countMin) {
        queue.removeFirst();
      } else if (count != queue.firstCount()) {
        queue.update(count);
      } else {
        merge((int) (pair >>> 32), (int) pair);
        progress.accept(lexicon.size());
      }
    }
  }

  private PairCounts countPairs() {
    PairCounts pairs = new PairCounts(1 << 16);
    int[] symbols = words.symbols();
    for (int word = 0; word < words.size(); word++) {
      int last = words.start(word) + words.length(word) - 1;
      for (int i = words.start(word); i < last; i++) {
        pairs.add(PairCounts.pair(symbols[i], symbols[i + 1]), words.count(word));
      }
    }
    return pairs;
  }

  /** Puts every pair of the words into the queue, with the words it is in. */
  private void enqueueAll() {
    PairCounts numbers = new PairCounts(counts.size());
    counts.forEach((pair, count) -> numbers.add(pair, numbers.size()));
    int[] wordCounts = new int[counts.size()];
    int[] lastWords = new int[counts.size()];
    Arrays.fill(lastWords, -1);
    forEachPair(numbers, lastWords, (number, word) -> wordCounts[number]++);
    int[] places = new int[counts.size()];
    int total = 0;
    for (int number = 0; number < places.length; number++) {
      places[number] = total;
      total = Math.addExact(total, wordCounts[number]);
    }
    int start = queue.reserve(total);
    int[] next = places.clone();
    Arrays.fill(lastWords, -1);
    forEachPair(numbers, lastWords, (number, word) -> queue.word(start + next[number]++, word));
    numbers.forEach((pair, number) -> {
      long count = counts.of(pair);
      if (count >= countMin) {
        queue.push(count, pair, start + places[(int) number], wordCounts[(int) number]);
      }
    });
  }

  private interface PairVisitor {
    void visit(int pairNumber, int word);
  }

  /** Visits each pair of each word once. */
  private void forEachPair(PairCounts numbers, int[] lastWords, PairVisitor visitor) {
    int[] symbols = words.symbols();
    for (int word = 0; word < words.size(); word++) {
      int last = words.start(word) + words.length(word) - 1;
      for (int i = words.start(word); i < last; i++) {
        int number = (int) numbers.of(PairCounts.pair(symbols[i], symbols[i + 1]));
        if (lastWords[number] != word) {
          lastWords[number] = word;
          visitor.visit(number, word);
        }
      }
    }
  }

  private void merge(int a, int b) {
    int result = lexicon.merge(a, b);
    rightSelf = 0;
    int wordCount = queue.firstWords();
    for (int i = 0; i < wordCount; i++) {
      mergeIn(queue.firstWord(i), a, b, result);
    }
    queue.removeFirst();
    countChanges(a, b, result);
    enqueueChanges(result);
    left.clear();
    right.clear();
  }

  /** Merges in one word, from left to right, and notes what stands beside the merged places. */
  private void mergeIn(int word, int a, int b, int result) {
    int[] symbols = words.symbols();
    int start = words.start(word);
    int end = start + words.length(word);
    int from = start;
    while (from + 1 < end && (symbols[from] != a || symbols[from + 1] != b)) {
      from++;
    }
    long count = words.count(word);
    int to = from;
    while (from < end) {
      if (symbols[from] != a || from + 1 == end || symbols[from + 1] != b) {
        symbols[to++] = symbols[from++];
        continue;
      }
      if (to > start) {
        left.see(symbols[to - 1], word, count);
      }
      if (from + 2 < end) {
        seeRight(symbols[from + 2], word, count, result);
      }
      symbols[to++] = result;
      from += 2;
    }
    words.shorten(word, to - start);
  }

  /** The pair (result, result) has one place for its words, on the left. */
  private void seeRight(int token, int word, long count, int result) {
    if (token == result) {
      left.see(token, word, 0);
      rightSelf += count;
    } else {
      right.see(token, word, count);
    }
  }

  /** All that is new is added before anything is taken away: a pair may be both. */
  private void countChanges(int a, int b, int result) {
    for (int i = 0; i < left.size(); i++) {
      int token = left.token(i);
      addNew(left, token, PairCounts.pair(token, result), token == result ? rightSelf : 0);
    }
    for (int i = 0; i < right.size(); i++) {
      int token = right.token(i);
      addNew(right, token, PairCounts.pair(result, token), 0);
    }
    for (int i = 0; i < left.size(); i++) {
      int token = left.token(i);
      counts.addIfKnown(PairCounts.pair(token, a), -left.sum(token));
    }
    for (int i = 0; i < right.size(); i++) {
      int token = right.token(i);
      counts.addIfKnown(PairCounts.pair(b, token), -right.sum(token));
    }
    counts.addIfKnown(PairCounts.pair(b, result), -rightSelf);
  }

  /** Pairs only get rarer, but for those that arise anew: too rare ones need no memory. */
  private void addNew(Neighbours side, int token, long pair, long more) {
    long sum = side.sum(token) + more;
    if (sum < countMin) {
      counts.addIfKnown(pair, sum);
    } else {
      counts.add(pair, sum);
    }
  }

  private void enqueueChanges(int result) {
    int total = 0;
    for (int i = 0; i < left.size(); i++) {
      total = place(left, left.token(i), PairCounts.pair(left.token(i), result), total);
    }
    for (int i = 0; i < right.size(); i++) {
      total = place(right, right.token(i), PairCounts.pair(result, right.token(i)), total);
    }
    int start = queue.reserve(total);
    shift(left, start);
    shift(right, start);
    left.storeWords(queue);
    right.storeWords(queue);
    for (int i = 0; i < left.size(); i++) {
      push(left, left.token(i), PairCounts.pair(left.token(i), result));
    }
    for (int i = 0; i < right.size(); i++) {
      push(right, right.token(i), PairCounts.pair(result, right.token(i)));
    }
  }

  private int place(Neighbours side, int token, long pair, int total) {
    if (counts.of(pair) < countMin) {
      side.place(token, -1);
      return total;
    }
    side.place(token, total);
    return Math.addExact(total, side.wordCount(token));
  }

  private static void shift(Neighbours side, int start) {
    for (int i = 0; i < side.size(); i++) {
      int token = side.token(i);
      if (side.placeOf(token) >= 0) {
        side.place(token, start + side.placeOf(token));
      }
    }
  }

  private void push(Neighbours side, int token, long pair) {
    if (side.placeOf(token) >= 0) {
      queue.push(counts.of(pair), pair, side.placeOf(token), side.wordCount(token));
    }
  }
}
