package hanok.token.train;

import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a vocabulary was made, and how it does on the text that it was made of.
 *
 * @param vocabSize how many tokens were asked for
 * @param pieces distinct pieces of the text
 * @param piecesUsed how many of them were learned from
 * @param wordsCut how many distinct words are made of several morphemes
 * @param merges how many were learned
 * @param mergesInMorphemes how many of them inside morphemes
 * @param segmentSeconds that finding morphemes took
 * @param mergeSeconds that everything else took
 * @param compression of each language
 */
public record TrainingFacts(
    int vocabSize,
    MorphemePolicy policy,
    long minFrequency,
    SortedMap<String, Double> weights,
    int threads,
    int pieces,
    int piecesUsed,
    int wordsCut,
    int merges,
    int mergesInMorphemes,
    double segmentSeconds,
    double mergeSeconds,
    SequencedMap<String, Compression> compression) {

  /**
   * What a language's pieces that were learned from are as tokens, each as often as it occurs.
   *
   * @param bytes of the text, literal tokens not among them
   */
  public record Compression(long bytes, long pieces, long tokens) {
    public double bytesPerToken() {
      return tokens == 0 ? 0 : (double) bytes / tokens;
    }

    public double tokensPerPiece() {
      return pieces == 0 ? 0 : (double) tokens / pieces;
    }
  }

  /**
   * @param all the pieces of all languages that were learned from
   * @param tokens of each of them
   */
  static SequencedMap<String, Compression> compression(
      PieceCounts counts, PieceTable all, int[] tokens) {
    TreeMap<String, Compression> languages = new TreeMap<>();
    for (Map.Entry<String, PieceCounts.Language> language : counts.languages()) {
      PieceTable pieces = language.getValue().pieces();
      long sumBytes = 0;
      long sumPieces = 0;
      long sumTokens = 0;
      for (int i = 0; i < pieces.size(); i++) {
        int piece = all.find(pieces.pool(), pieces.start(i), pieces.end(i));
        if (piece >= 0) {
          sumPieces += pieces.value(i);
          sumBytes += pieces.value(i) * pieces.length(i);
          sumTokens += pieces.value(i) * tokens[piece];
        }
      }
      languages.put(language.getKey(), new Compression(sumBytes, sumPieces, sumTokens));
    }
    return languages;
  }
}
