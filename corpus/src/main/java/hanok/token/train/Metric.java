package hanok.token.train;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a {@link Score} says, one number each, in the order of reports. */
public enum Metric {
  TOKENS_PER_WORD(false, "단어당 토큰", "tokens per word", Score::tokensPerWord),
  BYTES_PER_TOKEN(false, "토큰당 바이트", "bytes per token", Score::bytesPerToken),
  CHARACTERS_PER_TOKEN(false, "토큰당 글자", "characters per token", Score::charactersPerToken),
  WORDS_WHOLE(true, "통째로 남은 단어", "words kept whole", Score::wordsWholeShare),
  MORPHEME_PRECISION(true, "형태소 경계 정밀도", "precision of morpheme cuts", Score::morphemePrecision),
  MORPHEME_RECALL(true, "형태소 경계 재현율", "recall of morpheme cuts", Score::morphemeRecall),
  VOCABULARY_USED(true, "쓰인 어휘", "vocabulary used", Score::vocabularyUsed),
  ROUND_TRIP_FAILURES(false, "되돌리지 못한 문서", "documents not restored", Score::roundTripFailures);

  private final boolean share;
  private final String korean;
  private final String english;
  private final ToDoubleFunction<Score> value;

  Metric(boolean share, String korean, String english, ToDoubleFunction<Score> value) {
    this.share = share;
    this.korean = korean;
    this.english = english;
    this.value = value;
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
    return value.applyAsDouble(score);
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
