package hanok.token.train;

import hanok.token.PieceScanner;

/** Counts pieces of one text after the other into {@link PieceCounts}. */
final class TextCounter {
  private final PieceCounts counts;
  private final PieceScanner scanner;

  TextCounter(PieceCounts counts) {
    this.counts = counts;
    scanner = counts.cut().scanner();
  }

  void add(String lang, byte[] utf8) {
    PieceCounts.Language language = counts.language(lang);
    language.count(1, utf8.length);
    PieceTable pieces = language.pieces();
    scanner.scan(utf8, (bytes, from, to) -> pieces.add(bytes, from, to, 1));
  }
}
