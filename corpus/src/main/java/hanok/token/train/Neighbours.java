package hanok.token.train;

import java.util.Arrays;

/**
 * What stands on one side of the places where a pair is merged: which tokens, how often, and in
 * which words. Arrays are indexed by token id, since every pair that a merge makes contains its
 * result: nothing is hashed per occurrence.
 */
final class Neighbours {
  private long[] sums;
  private int[] wordCounts;
  private int[] lastWords; // the last word that the token was seen in, -1 for none
  private int[] places; // where the token's words go, -1 for nowhere
  private int[] tokens; // those that were seen
  private int size;
  private int[] seenTokens = new int[1 << 10]; // token and word, once for each word
  private int[] seenWords = new int[1 << 10];
  private int seen;

  Neighbours(int ids) {
    sums = new long[ids];
    wordCounts = new int[ids];
    lastWords = new int[ids];
    Arrays.fill(lastWords, -1);
    places = new int[ids];
    tokens = new int[ids];
  }

  int size() {
    return size;
  }

  int token(int i) {
    return tokens[i];
  }

  long sum(int token) {
    return sums[token];
  }

  int wordCount(int token) {
    return wordCounts[token];
  }

  /** Token {@code token} stands here in {@code word}, which occurs {@code count} times. */
  void see(int token, int word, long count) {
    if (lastWords[token] != word) {
      seeWord(token, word);
    }
    sums[token] += count;
  }

  private void seeWord(int token, int word) {
    if (wordCounts[token]++ == 0) {
      tokens[size++] = token;
    }
    lastWords[token] = word;
    if (seen == seenTokens.length) {
      seenTokens = Arrays.copyOf(seenTokens, 2 * seen);
      seenWords = Arrays.copyOf(seenWords, 2 * seen);
    }
    seenTokens[seen] = token;
    seenWords[seen++] = word;
  }

  /** Decides where the words of a token go: to {@code place} and following, or nowhere if -1. */
  void place(int token, int place) {
    places[token] = place;
  }

  int placeOf(int token) {
    return places[token];
  }

  /** Puts the words of all tokens to their places. */
  void storeWords(MergeQueue queue) {
    for (int i = 0; i < seen; i++) {
      int token = seenTokens[i];
      if (places[token] >= 0) {
        queue.word(places[token]++, seenWords[i]);
      }
    }
    for (int i = 0; i < size; i++) {
      int token = tokens[i];
      places[token] -= places[token] >= 0 ? wordCounts[token] : 0;
    }
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      int token = tokens[i];
      sums[token] = 0;
      wordCounts[token] = 0;
      lastWords[token] = -1;
    }
    size = 0;
    seen = 0;
  }
}
