package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Bytes to ids: literal tokens first, then pieces, then merges. Immutable. */
final class Encoder {
  private final Vocabulary vocabulary;
  private final PreTokenizer preTokenizer;
  private final Pieces pieces;
  private final @Nullable SpellingTable wholes; // tokens whatever the merges say
  private final LiteralTokens userDefined = new LiteralTokens();
  private final LiteralTokens control = new LiteralTokens();

  Encoder(Definition definition) {
    vocabulary = definition.vocabulary();
    preTokenizer = definition.preTokenizer();
    pieces = definition.pieces();
    wholes = definition.ignoreMerges() ? wholes() : null;
    addLiterals(Vocabulary.Type.USER_DEFINED, userDefined);
    addLiterals(Vocabulary.Type.CONTROL, control);
  }

  private void addLiterals(Vocabulary.Type type, LiteralTokens literals) {
    for (int id : vocabulary.idsOf(type)) {
      literals.add(vocabulary.bytes(id), id);
    }
  }

  /** The tokens that merging might not find in their own bytes; null if there are none. */
  private @Nullable SpellingTable wholes() {
    SpellingTable found = vocabulary.noTexts();
    BitSet made = pieces.best().made();
    boolean any = false;
    for (int id = 0; id < vocabulary.size(); id++) {
      boolean first = vocabulary.id(vocabulary.token(id)).orElse(-1) == id;
      if (first && vocabulary.spellsBytes(id) && !made.get(id)) {
        found.add(id);
        any = true;
      }
    }
    return any ? found : null;
  }

  /** A cache of pieces for one thread; null if these ids do not fit into one. */
  @Nullable PieceCache newCache() {
    boolean fits = wholes == null && PieceCache.suits(vocabulary.size());
    return fits ? new PieceCache(pieces.best(), PieceCache.SLOTS_LOG2) : null;
  }

  /**
   * Appends the ids of {@code text[from, to)} to {@code out}. Bytes that
   * are no UTF-8 are encoded as they are.
   *
   * @param nfc whether what is between literal tokens is composed first
   */
  void encode(
      byte[] text,
      int from,
      int to,
      Provenance provenance,
      boolean nfc,
      IdBuffer out,
      Scratch scratch) {
    boolean ordinary = provenance.isOrdinaryText();
    int done = from;
    int at = from;
    while (true) {
      at = ordinary ? userDefined.next(text, at, to) : at;
      if (at >= to) {
        break;
      }
      int id = ordinary ? userDefined.longest(text, at, to) : literalAt(text, at, to, provenance);
      if (id < 0) {
        at++;
        continue;
      }
      encodeBetween(text, done, at, provenance, nfc, out, scratch);
      out.add(id);
      at += vocabulary.length(id);
      done = at;
    }
    encodeBetween(text, done, to, provenance, nfc, out, scratch);
  }

  /** The longest literal token that begins here and ends by {@code to}, or -1. */
  int literalAt(byte[] text, int at, int to, Provenance provenance) {
    int free = userDefined.longest(text, at, to);
    int steering = control.longest(text, at, Math.min(to, provenance.controlEnd(at)));
    if (free < 0 || steering < 0) {
      return Math.max(free, steering);
    }
    return vocabulary.length(free) >= vocabulary.length(steering) ? free : steering;
  }

  private void encodeBetween(
      byte[] text,
      int from,
      int to,
      Provenance provenance,
      boolean nfc,
      IdBuffer out,
      Scratch scratch) {
    if (nfc && !Normalization.isSurelyNfc(text, from, to)) {
      String given = new String(text, from, to - from, UTF_8);
      String normal = Normalization.nfc(given);
      if (!normal.equals(given)) {
        byte[] changed = normal.getBytes(UTF_8);
        encodePieces(changed, 0, changed.length, out, scratch);
        return;
      }
    }
    if (provenance.isCut()) {
      encodeCutPieces(text, from, to, provenance, out, scratch);
    } else {
      encodePieces(text, from, to, out, scratch);
    }
  }

  private void encodePieces(byte[] text, int from, int to, IdBuffer out, Scratch scratch) {
    PieceCache cache = scratch.cache();
    for (int at = from; at < to; ) {
      int end = preTokenizer.end(text, at, to);
      if (cache == null) {
        encodePiece(text, at, end, out, scratch);
      } else {
        cache.encode(text, at, end, out, scratch);
      }
      at = end;
    }
  }

  private void encodeCutPieces(
      byte[] text, int from, int to, Provenance provenance, IdBuffer out, Scratch scratch) {
    for (int at = from; at < to; ) {
      int end = preTokenizer.end(text, at, to);
      for (int cut = provenance.nextCut(at); cut < end; cut = provenance.nextCut(at)) {
        encodePiece(text, at, cut, out, scratch);
        at = cut;
      }
      encodePiece(text, at, end, out, scratch);
      at = end;
    }
  }

  private void encodePiece(byte[] text, int from, int to, IdBuffer out, Scratch scratch) {
    if (wholes != null) {
      int id = wholes.find(text, from, to);
      if (id >= 0) {
        out.add(id);
        return;
      }
    }
    pieces.now().encode(text, from, to, out, scratch);
  }
}
