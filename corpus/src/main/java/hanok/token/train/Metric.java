package hanok.token.train;

import java.util.Locale;

/** What a {@link Score} says, one number each, in the order of reports. */
public enum Metric {
  TOKENS_PER_WORD(false, "단어당 토큰", "tokens per word"),
  BYTES_PER_TOKEN(false, "토큰당 바이트", "bytes per token"),
  CHARACTERS_PER_TOKEN(false, "토큰당 글자", "characters per token"),
  WORDS_WHOLE(true, "통째로 남은 단어", "words kept whole"),
  MORPHEME_PRECISION(true, "형태소 경계 정밀도", "precision of morpheme cuts"),
  MORPHEME_RECALL(true, "형태소 경계 재현율", "recall of morpheme cuts"),
  VOCABULARY_USED(true, "쓰인 어휘", "vocabulary used"),
  ROUND_TRIP_FAILURES(false, "되돌리지 못한 문서", "documents not restored");

  private final boolean share;
  private final String korean;
  private final String english;

  Metric(boolean share, String korean, String english) {
    this.share = share;
    this.korean = korean;
    this.english = english;
  }

  /** Its name in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  String korean() {
    return korean;
  }

  String english() {
    return english;
  }

  /** NaN where there is nothing to measure. */
  public double of(Score score) {
    return switch (this) {
      case TOKENS_PER_WORD -> score.tokensPerWord();
      case BYTES_PER_TOKEN -> score.bytesPerToken();
      case CHARACTERS_PER_TOKEN -> score.charactersPerToken();
      case WORDS_WHOLE -> score.wordsWholeShare();
      case MORPHEME_PRECISION -> score.morphemePrecision();
      case MORPHEME_RECALL -> score.morphemeRecall();
      case VOCABULARY_USED -> score.vocabularyUsed();
      case ROUND_TRIP_FAILURES -> score.roundTripFailures();
    };
  }

  /** The value for people: shares in percent, a dash for nothing. */
  public String text(Score score) {
    double number = of(score);
    if (Double.isNaN(number)) {
      return "-";
    }
    return this == ROUND_TRIP_FAILURES
        ? String.valueOf(score.roundTripFailures())
        : share
            ? String.format(Locale.ROOT, "%.1f %%", 100 * number)
            : String.format(Locale.ROOT, "%.3f", number);
  }
}
