package hanok.token.train;

/**
 * How a tokenizer does on a text. Shares of nothing are NaN.
 *
 * @param characters code points
 * @param words what white space parts
 * @param wordsSeen words of the documents that came back exactly
 * @param wordsWhole of these, those that no two tokens share: no token ends within them
 * @param tokenCuts ends of tokens within runs of Hangul syllables
 * @param morphemeCuts beginnings of morphemes within these runs
 * @param cutsShared those that are both
 * @param roundTripFailures documents whose tokens do not spell their very bytes
 * @param idsUsed distinct ids
 * @param vocab all ids
 */
public record Score(
    long documents,
    long bytes,
    long characters,
    long words,
    long tokens,
    long wordsSeen,
    long wordsWhole,
    long tokenCuts,
    long morphemeCuts,
    long cutsShared,
    long roundTripFailures,
    int idsUsed,
    int vocab) {

  public double tokensPerWord() {
    return (double) tokens / words;
  }

  public double bytesPerToken() {
    return (double) bytes / tokens;
  }

  public double charactersPerToken() {
    return (double) characters / tokens;
  }

  public double wordsWholeShare() {
    return (double) wordsWhole / wordsSeen;
  }

  /** How many of the cuts that tokens make within runs of Hangul part morphemes. */
  public double morphemePrecision() {
    return morphemeCuts == 0 ? Double.NaN : (double) cutsShared / tokenCuts;
  }

  /** How many of the places where morphemes meet within runs of Hangul are cuts of tokens. */
  public double morphemeRecall() {
    return (double) cutsShared / morphemeCuts;
  }

  public double vocabularyUsed() {
    return (double) idsUsed / vocab;
  }
}
