package hanok.train.data;

import java.util.List;

/**
 * What became of the documents of a file.
 *
 * @param name of the file, up to its first dot
 * @param documents in shards, those held out among them
 * @param heldOut for validation
 * @param empty without text
 * @param contaminated left out because they share text with an evaluation set
 * @param tokens in shards
 * @param textBytes of the documents in shards
 * @param shards the files, relative to the folder of all
 */
public record TokenizeReport(
    String name,
    long documents,
    long heldOut,
    long empty,
    long contaminated,
    long tokens,
    long textBytes,
    List<String> shards) {
  static final TokenizeReport NONE = new TokenizeReport("", 0, 0, 0, 0, 0, 0, List.of());

  public TokenizeReport {
    shards = List.copyOf(shards);
  }

  TokenizeReport plusEmpty() {
    return plus(new TokenizeReport("", 0, 0, 1, 0, 0, 0, List.of()));
  }

  TokenizeReport plusContaminated() {
    return plus(new TokenizeReport("", 0, 0, 0, 1, 0, 0, List.of()));
  }

  TokenizeReport plusDocument(int ids, int bytes, boolean valid) {
    return plus(new TokenizeReport("", 1, valid ? 1 : 0, 0, 0, ids, bytes, List.of()));
  }

  TokenizeReport plus(TokenizeReport other) {
    return new TokenizeReport(
        name,
        documents + other.documents,
        heldOut + other.heldOut,
        empty + other.empty,
        contaminated + other.contaminated,
        tokens + other.tokens,
        textBytes + other.textBytes,
        shards);
  }

  TokenizeReport of(String file, List<String> written) {
    return new TokenizeReport(
        file, documents, heldOut, empty, contaminated, tokens, textBytes, written);
  }
}
