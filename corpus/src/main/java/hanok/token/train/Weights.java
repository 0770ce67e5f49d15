package hanok.token.train;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much of the text each language shall be. The counts of a language are scaled so that the
 * languages' bytes of text are in the proportion of the weights, and the whole stays what it is;
 * without weights each counts as it is.
 *
 * @param of a language's weight, by its name
 */
record Weights(SortedMap<String, Double> of) {
  /** Scaled counts are kept in this many parts, so that a rare piece is not rounded to nothing. */
  static final long PARTS = 256;

  static final Weights NONE = new Weights(Map.of());

  Weights(Map<String, Double> of) {
    this(new TreeMap<>(of));
  }

  Weights {
    of.forEach((lang, weight) -> {
      if (!(weight >= 0) || weight > 1e6) {
        throw new IllegalArgumentException(
            "the weight of language \"%s\" must be in [0, 1000000], got %s"
                .formatted(lang, weight));
      }
    });
  }

  /** How many parts a count has. */
  long parts() {
    return of.isEmpty() ? 1 : PARTS;
  }

  /**
   * All pieces with the parts that they count.
   *
   * @throws IllegalArgumentException if a language has no weight, or a weight no text
   */
  PieceTable pieces(PieceCounts counts) {
    PieceTable all = new PieceTable();
    if (of.isEmpty()) {
      counts.languages().forEach(language -> all.addAll(language.getValue().pieces()));
      return all;
    }
    requireSameLanguages(counts);
    double weights = of.values().stream().mapToDouble(Double::doubleValue).sum();
    for (Map.Entry<String, PieceCounts.Language> language : counts.languages()) {
      double share = of.getOrDefault(language.getKey(), 0.0) / weights;
      double factor = share * counts.textBytes() / Math.max(1, language.getValue().bytes());
      addScaled(language.getValue().pieces(), factor * PARTS, all);
    }
    return all;
  }

  private void requireSameLanguages(PieceCounts counts) {
    for (String lang : counts.languageNames()) {
      if (!of.containsKey(lang)) {
        throw new IllegalArgumentException(
            "%d documents are in language \"%s\", which has no weight; the weights name %s"
                .formatted(counts.documents(lang), lang, of.keySet()));
      }
    }
    for (Map.Entry<String, Double> weight : of.entrySet()) {
      if (weight.getValue() > 0 && counts.textBytes(weight.getKey()) == 0) {
        throw new IllegalArgumentException(
            "language \"%s\" has weight %s, but no document is in it; there are %s"
                .formatted(weight.getKey(), weight.getValue(), counts.languageNames()));
      }
    }
    if (of.values().stream().allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException("all weights are 0");
    }
  }

  private static void addScaled(PieceTable pieces, double factor, PieceTable all) {
    for (int i = 0; i < pieces.size(); i++) {
      long scaled = Math.round(pieces.value(i) * factor);
      if (scaled > 0) {
        all.add(pieces.pool(), pieces.start(i), pieces.end(i), scaled);
      }
    }
  }
}
