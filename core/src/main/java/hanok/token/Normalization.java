package hanok.token;

import java.text.Normalizer;

/** Unicode normalisation, which leaves alone what is normal already: nearly everything. */
final class Normalization {
  private Normalization() {}

  static String apply(String text, EncodeOptions.Normalization wanted, boolean usual) {
    boolean nfc =
        switch (wanted) {
          case AUTO -> usual;
          case NONE -> false;
          case NFC -> true;
        };
    return nfc && !Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? Normalizer.normalize(text, Normalizer.Form.NFC)
        : text;
  }
}
