package hanok.token.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The tokens at the beginning of a vocabulary, which are not learned. */
public enum Layout {
  /**
   * EXAONE's of 362 tokens: ids 0 to 3 {@code [PAD] [BOS] [EOS] [UNK]}, 4 to 33 runs of 31 to 2
   * spaces, 34 to 41 runs of 9 to 2 tabs, 42 {@code <|endoftext|>}, 43 to 51 languages of code, 52
   * to 61 placeholders of personal data, 62 to 161 unused, 162 to 360 extra, 361
   * {@code [|endofturn|]}. As in the public tokenizer files of EXAONE 3.5.
   */
  EXAONE("[BOS]", "[|endofturn|]", "[PAD]", "[UNK]") {
    @Override
    public List<Special> tokens() {
      List<Special> tokens = new ArrayList<>();
      control(tokens, "[PAD]", "[BOS]", "[EOS]", "[UNK]");
      for (int spaces = 31; spaces >= 2; spaces--) {
        tokens.add(new Special(" ".repeat(spaces), false));
      }
      for (int tabs = 9; tabs >= 2; tabs--) {
        tokens.add(new Special("\t".repeat(tabs), false));
      }
      control(tokens, "<|endoftext|>");
      for (String code : "c c++ python javascript markdown html css vue java".split(" ", -1)) {
        control(tokens, "<|" + code + "|>");
      }
      String personal = "URL EMAIL ACCOUNT_NUM PHONE_NUM BUSINESS_NUM ANNON KEY ID IP_ADDRESS USER";
      for (String kind : personal.split(" ", -1)) {
        tokens.add(new Special("PI:" + kind, false));
      }
      IntStream.range(0, 100).forEach(i -> control(tokens, "[unused" + i + "]"));
      IntStream.range(0, 199).forEach(i -> control(tokens, "[extra_id_" + i + "]"));
      control(tokens, "[|endofturn|]");
      return List.copyOf(tokens);
    }
  },

  /** Three tokens: {@code <pad>}, {@code <s>} and {@code <|endoftext|>}. */
  PLAIN("<s>", "<|endoftext|>", "<pad>", "") {
    @Override
    public List<Special> tokens() {
      List<Special> tokens = new ArrayList<>();
      control(tokens, "<pad>", "<s>", "<|endoftext|>");
      return List.copyOf(tokens);
    }
  },

  /** No token at all: for vocabularies that are compared with Hugging Face's. */
  NONE("", "", "", "") {
    @Override
    public List<Special> tokens() {
      return List.of();
    }
  };

  /**
   * A token that is not learned.
   *
   * @param control whether it steers the model; otherwise it is text, matched as it stands
   */
  public record Special(String text, boolean control) {}

  private final String bos;
  private final String eos;
  private final String padding;
  private final String unknown;

  Layout(String bos, String eos, String padding, String unknown) {
    this.bos = bos;
    this.eos = eos;
    this.padding = padding;
    this.unknown = unknown;
  }

  /** The tokens in the order of their ids, which begin at 0. */
  public abstract List<Special> tokens();

  /** Tokens that are matched in text as they stand: no piece contains one. */
  public List<String> literals() {
    return tokens().stream().filter(token -> !token.control()).map(Special::text).toList();
  }

  String bos() {
    return bos;
  }

  String eos() {
    return eos;
  }

  String padding() {
    return padding;
  }

  String unknown() {
    return unknown;
  }

  private static void control(List<Special> tokens, String... texts) {
    for (String text : texts) {
      tokens.add(new Special(text, true));
    }
  }
}
