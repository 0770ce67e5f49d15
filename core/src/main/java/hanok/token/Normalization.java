package hanok.token;

import java.text.Normalizer;

/** Composition of characters, which leaves alone what is composed already: nearly everything. */
final class Normalization {
  private Normalization() {}

  /**
   * Whether all characters are of those that composition leaves alone wherever they stand: those
   * below U+0300, CJK ideographs and Hangul syllables. Nearly all Korean and English text is.
   */
  static boolean isSurelyNfc(byte[] utf8, int from, int to) {
    for (int i = from; i < to; i++) {
      int b = utf8[i];
      if (b >= 0 || (b & 0xC0) == 0x80) {
        continue; // or inside a character that is fine
      }
      int first = b & 0xFF;
      int second = i + 1 < to ? utf8[i + 1] & 0xFF : 0;
      boolean fine =
          first < 0xCC // below U+0300
              || first >= 0xE5 && first <= 0xE9 // CJK ideographs, U+5000 to U+9FFF
              || first == 0xEA && second >= 0xB0 // Hangul from U+AC00
              || first >= 0xEB && first <= 0xEC
              || first == 0xED && second < 0x9E; // to U+D77F
      if (!fine) {
        return false;
      }
    }
    return true;
  }

  static String nfc(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }
}
