package hanok.token;

import java.text.Normalizer;

/** Places of tokens in the text that was given, also where normalisation has changed it. */
final class Offsets {
  private final StringBuilder normal = new StringBuilder();
  private final IntList starts = new IntList(); // [normal]: the part of the text it came from
  private final IntList ends = new IntList();

  private Offsets(String text, boolean nfc, Encoder encoder, Vocabulary vocabulary) {
    byte[] bytes = Utf8.encode(text);
    int at = 0; // in bytes, where from is in UTF-16 units
    for (int from = 0; from < text.length(); ) {
      int literal = nfc ? encoder.literalAt(bytes, at, bytes.length, Provenance.all(false)) : -1;
      String part = literal >= 0 ? vocabulary.token(literal) : composed(text, from, nfc);
      add(part, from, nfc && literal < 0);
      from += part.length();
      at += Utf8.encode(part).length;
    }
  }

  static Encoding encode(String text, boolean nfc, Encoder encoder, Vocabulary vocabulary) {
    Offsets offsets = new Offsets(text, nfc, encoder, vocabulary);
    byte[] bytes = Utf8.encode(offsets.normal);
    IdBuffer out = new IdBuffer();
    encoder.encode(bytes, 0, bytes.length, Provenance.all(false), false, out, new Scratch(null));
    return offsets.locate(out.toArray(), bytes, vocabulary);
  }

  /** The character at {@code from} and those that it may be composed with. */
  private static String composed(String text, int from, boolean nfc) {
    int to = from + Character.charCount(text.codePointAt(from));
    while (nfc && to < text.length() && mayCompose(text.codePointAt(to))) {
      to += Character.charCount(text.codePointAt(to));
    }
    return text.substring(from, to);
  }

  /** Whether a character may combine with one before it: marks, vowel and final jamo. */
  private static boolean mayCompose(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || c >= 0x1160 && c <= 0x11FF;
  }

  private void add(String part, int from, boolean nfc) {
    boolean same = !nfc || Normalizer.isNormalized(part, Normalizer.Form.NFC);
    String changed = same ? part : Normalizer.normalize(part, Normalizer.Form.NFC);
    for (int i = 0; i < changed.length(); ) {
      int length = Character.charCount(changed.codePointAt(i));
      for (int unit = 0; unit < length; unit++) {
        starts.add(same ? from + i : from);
        ends.add(same ? from + i + length : from + part.length());
      }
      i += length;
    }
    normal.append(changed);
  }

  private Encoding locate(int[] ids, byte[] bytes, Vocabulary vocabulary) {
    int[] unitOfByte = unitOfByte(bytes);
    int[] unitStarts = starts.toArray();
    int[] unitEnds = ends.toArray();
    int[] from = new int[ids.length];
    int[] to = new int[ids.length];
    int at = 0;
    for (int i = 0; i < ids.length; i++) {
      int end = at + vocabulary.length(ids[i]);
      from[i] = unitStarts[unitOfByte[at]];
      to[i] = unitEnds[unitOfByte[end - 1]];
      at = end;
    }
    return new Encoding(ids, from, to);
  }

  /** For each byte, the first UTF-16 unit of its character. */
  private static int[] unitOfByte(byte[] bytes) {
    int[] units = new int[bytes.length];
    int unit = 0;
    for (int at = 0; at < bytes.length; ) {
      int length = Utf8.length(bytes[at] & 0xFF);
      for (int i = 0; i < length; i++) {
        units[at + i] = unit;
      }
      at += length;
      unit += length == 4 ? 2 : 1;
    }
    return units;
  }
}
