package hanok.token.train;

import hanok.corpus.DocumentOptions;
import java.util.Random;
import java.util.stream.IntStream;

/** Text for tests: sentences of words with particles and endings, as Korean has them. */
final class Korean {
  private static final String[] STEMS = {
    "학교", "영화", "친구", "사람", "배우", "음악", "날씨", "점심", "이야기", "한국어", "토크나이저"
  };
  private static final String[] PARTICLES = {"가", "는", "를", "에서", "에게", "와", "도", "의"};
  private static final String[] VERBS = {"재미있", "좋", "먹", "보", "만나", "배우", "기다리", "달리"};
  private static final String[] ENDINGS = {"었다", "습니다", "고", "지만", "는데", "어요"};
  private static final String[] ENGLISH = {
    "the", "quick", "model's", "answer", "tokenizer", "12,345", "(x + 1)", "it's", "don't"
  };

  private Korean() {}

  static String text(int seed, int sentences) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      for (int w = 1 + random.nextInt(5); w > 0; w--) {
        text.append(pick(STEMS, random)).append(pick(PARTICLES, random)).append(' ');
      }
      if (random.nextInt(3) == 0) {
        text.append(pick(ENGLISH, random)).append(' ').append(pick(ENGLISH, random)).append("  ");
      }
      text.append(pick(VERBS, random)).append(pick(ENDINGS, random)).append(".\n");
    }
    return text.toString();
  }

  static PieceCounts counts(Layout layout, int sentences) {
    PieceCounts counts =
        new PieceCounts(new PieceCounts.Cut("exaone", layout.literals(), DocumentOptions.DEFAULT));
    counts.add("ko", text(1, sentences));
    return counts;
  }

  /** A segmenter that knows these words: cuts before every particle and ending. */
  static MorphemeSegmenter segmenter() {
    return text -> {
      String word = text.toString();
      return IntStream.range(1, word.length())
          .filter(i -> begins(word, i, PARTICLES) || begins(word, i, ENDINGS))
          .toArray();
    };
  }

  private static boolean begins(String word, int at, String[] parts) {
    for (String part : parts) {
      if (word.startsWith(part, at) && word.length() == at + part.length()) {
        return true;
      }
    }
    return false;
  }

  private static String pick(String[] words, Random random) {
    return words[random.nextInt(words.length)];
  }
}
