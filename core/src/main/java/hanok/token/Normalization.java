package hanok.token;

import java.text.Normalizer;

/** Composition of characters, which leaves alone what is composed already: nearly everything. */
final class Normalization {
  private Normalization() {}

  static String nfc(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(text, Normalizer.Form.NFC);
  }
}
