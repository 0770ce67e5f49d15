package hanok.token.train;

import java.util.BitSet;

/** Adds up the {@link Score} of one tokenizer on the documents of one language, or on all. */
final class Tally {
  private final int vocab;
  private final BitSet used = new BitSet();
  private long documents;
  private long bytes;
  private long characters;
  private long words;
  private long tokens;
  private long wordsSeen;
  private long wordsWhole;
  private long tokenCuts;
  private long morphemeCuts;
  private long cutsShared;
  private long roundTripFailures;

  Tally(int vocab) {
    this.vocab = vocab;
  }

  /**
   * Adds a document.
   *
   * @param cuts where its tokens end
   */
  void add(WordSpans text, int[] ids, TokenCuts cuts) {
    documents++;
    bytes += text.utf8().length;
    characters += text.characters();
    words += text.size();
    tokens += ids.length;
    for (int id : ids) {
      used.set(id);
    }
    if (!cuts.exact()) {
      roundTripFailures++;
      return;
    }
    wordsSeen += text.size();
    for (int word = 0; word < text.size(); word++) {
      int start = text.start(word);
      wordsWhole += cuts.within(start, text.end(word)) == 0 ? 1 : 0;
      for (MorphemeMemory.Run run : text.runs(word)) {
        tokenCuts += cuts.within(start + run.start(), start + run.end());
        morphemeCuts += run.morphemes().length;
        for (int cut : run.morphemes()) {
          cutsShared += cuts.at(start + cut) ? 1 : 0;
        }
      }
    }
  }

  /** Adds what another one has added up. */
  void add(Tally other) {
    used.or(other.used);
    documents += other.documents;
    bytes += other.bytes;
    characters += other.characters;
    words += other.words;
    tokens += other.tokens;
    wordsSeen += other.wordsSeen;
    wordsWhole += other.wordsWhole;
    tokenCuts += other.tokenCuts;
    morphemeCuts += other.morphemeCuts;
    cutsShared += other.cutsShared;
    roundTripFailures += other.roundTripFailures;
  }

  Score score() {
    return new Score(
        documents,
        bytes,
        characters,
        words,
        tokens,
        wordsSeen,
        wordsWhole,
        tokenCuts,
        morphemeCuts,
        cutsShared,
        roundTripFailures,
        used.cardinality(),
        vocab);
  }
}
