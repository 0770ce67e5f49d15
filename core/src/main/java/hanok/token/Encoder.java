package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Bytes to ids: literal tokens first, then pieces, then merges. Immutable. */
final class Encoder {
  private final Vocabulary vocabulary;
  private final PreTokenizer preTokenizer;
  private final Bpe bpe;
  private final boolean ignoreMerges;
  private final LiteralTokens userDefined = new LiteralTokens();
  private final LiteralTokens control = new LiteralTokens();

  Encoder(Definition definition) {
    vocabulary = definition.vocabulary();
    preTokenizer = definition.preTokenizer();
    bpe = definition.bpe();
    ignoreMerges = definition.ignoreMerges();
    addLiterals(Vocabulary.Type.USER_DEFINED, userDefined);
    addLiterals(Vocabulary.Type.CONTROL, control);
  }

  private void addLiterals(Vocabulary.Type type, LiteralTokens literals) {
    for (int id : vocabulary.idsOf(type)) {
      literals.add(vocabulary.bytes(id), id);
    }
  }

  /**
   * Appends the ids of a text, which is well-formed UTF-8, to {@code out}.
   *
   * @param nfc whether what is between literal tokens is composed first
   */
  void encode(byte[] text, Provenance provenance, boolean nfc, IntList out) {
    int from = 0;
    int at = 0;
    while (at < text.length) {
      int id = literalAt(text, at, provenance);
      if (id < 0) {
        at++;
        continue;
      }
      encodeBetween(text, from, at, provenance, nfc, out);
      out.add(id);
      at += vocabulary.bytes(id).length;
      from = at;
    }
    encodeBetween(text, from, text.length, provenance, nfc, out);
  }

  /** The longest literal token that begins here, or -1. */
  int literalAt(byte[] text, int at, Provenance provenance) {
    int free = userDefined.longest(text, at, text.length);
    int end = Math.min(text.length, provenance.controlEnd(at));
    int steering = control.longest(text, at, end);
    if (free < 0 || steering < 0) {
      return Math.max(free, steering);
    }
    return vocabulary.bytes(free).length >= vocabulary.bytes(steering).length ? free : steering;
  }

  private void encodeBetween(
      byte[] text, int from, int to, Provenance provenance, boolean nfc, IntList out) {
    if (nfc) {
      String given = new String(text, from, to - from, UTF_8);
      String normal = Normalization.nfc(given);
      if (!normal.equals(given)) {
        byte[] changed = normal.getBytes(UTF_8);
        encodePieces(changed, 0, changed.length, Provenance.all(false), out);
        return;
      }
    }
    encodePieces(text, from, to, provenance, out);
  }

  private void encodePieces(byte[] text, int from, int to, Provenance provenance, IntList out) {
    Utf8 segment = new Utf8(text, to);
    for (int at = from; at < to; ) {
      int end = preTokenizer.end(segment, at);
      int cut = provenance.nextCut(at);
      while (cut < end) {
        encodePiece(text, at, cut, out);
        at = cut;
        cut = provenance.nextCut(at);
      }
      encodePiece(text, at, end, out);
      at = end;
    }
  }

  private void encodePiece(byte[] text, int from, int to, IntList out) {
    if (ignoreMerges) {
      int id = vocabulary.id(ByteAlphabet.spell(text, from, to)).orElse(-1);
      if (id >= 0) {
        out.add(id);
        return;
      }
    }
    bpe.encode(text, from, to, out);
  }
}
