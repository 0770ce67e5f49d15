package hanok.token;

import hanok.gguf.StringTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Everything that makes a tokenizer what it is, from whichever file it was read.
 *
 * @param merges by rank, as {@code left right}
 * @param pieces encodes with these merges
 * @param ignoreMerges whether a piece that is a token is that token, whatever the merges say
 * @param nfc whether text is composed first
 * @param endOfGeneration ids that end an answer
 */
record Definition(
    Vocabulary vocabulary,
    StringTable merges,
    Pieces pieces,
    PreTokenizer preTokenizer,
    boolean ignoreMerges,
    boolean nfc,
    OptionalInt bos,
    OptionalInt eos,
    OptionalInt unknown,
    OptionalInt padding,
    boolean addsBos,
    Set<Integer> endOfGeneration) {

  /** Tokens that end an answer in whichever model has them, as llama.cpp has it. */
  private static final List<String> END_TOKENS =
      List.of(
          "[|endofturn|]",
          "<|endoftext|>",
          "<|im_end|>",
          "<|eot_id|>",
          "<|eom_id|>",
          "<|end|>",
          "<|end_of_text|>",
          "<end_of_turn>",
          "<|endofturn|>",
          "<EOT>",
          "<|EOT|>");

  /** The ids that end an answer: {@code eos}, {@code eot}, and every known end token. */
  static Set<Integer> endOfGeneration(
      Vocabulary vocabulary, OptionalInt eos, OptionalInt endOfTurn) {
    Set<Integer> ids = new LinkedHashSet<>();
    eos.ifPresent(ids::add);
    endOfTurn.ifPresent(ids::add);
    for (String token : END_TOKENS) {
      vocabulary
          .id(token)
          .ifPresent(id -> {
            if (vocabulary.type(id) != Vocabulary.Type.NORMAL) {
              ids.add(id);
            }
          });
    }
    return Set.copyOf(ids);
  }
}
