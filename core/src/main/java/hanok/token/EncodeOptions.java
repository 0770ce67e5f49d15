package hanok.token;

/**
 * How to encode a text.
 *
 * @param parseSpecial whether control tokens that the text spells become control tokens; never for
 *     text that a person typed
 * @param addBos whether the token of the beginning comes first, if the vocabulary has one
 * @param normalization what happens to the text before
 */
public record EncodeOptions(boolean parseSpecial, boolean addBos, Normalization normalization) {

  /** Unicode normalisation. */
  public enum Normalization {
    /** What the tokenizer's file says; GGUF files say nothing, so none, as in llama.cpp. */
    AUTO,
    NONE,
    /** Composed: the jamo that some systems write become the syllables that models know. */
    NFC
  }

  /** Ordinary text: no control tokens, no token of the beginning. */
  public static final EncodeOptions TEXT = new EncodeOptions(false, false, Normalization.AUTO);

  /** Text that may spell control tokens, such as a whole rendered template. */
  public static final EncodeOptions SPECIAL = new EncodeOptions(true, false, Normalization.AUTO);
}
