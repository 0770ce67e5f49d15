package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.ByteAlphabet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A vocabulary and its merges, as they were learned. Immutable. */
public final class TrainedTokenizer {
  private final Layout layout;
  private final Algorithm algorithm;
  private final String rule;
  private final Lexicon lexicon;
  private final int alphabetSize;
  private final TrainingFacts facts;

  TrainedTokenizer(
      Layout layout,
      Algorithm algorithm,
      String rule,
      Lexicon lexicon,
      int alphabetSize,
      TrainingFacts facts) {
    this.layout = layout;
    this.algorithm = algorithm;
    this.rule = rule;
    this.lexicon = lexicon;
    this.alphabetSize = alphabetSize;
    this.facts = facts;
  }

  public Layout layout() {
    return layout;
  }

  public Algorithm algorithm() {
    return algorithm;
  }

  /** How text is cut, as {@code tokenizer.ggml.pre} names it. */
  public String rule() {
    return rule;
  }

  /** How many tokens there are. */
  public int vocab() {
    return lexicon.size();
  }

  /** How many of them are bytes or characters that were there before any merge. */
  public int alphabetSize() {
    return alphabetSize;
  }

  /** How it was made. */
  public TrainingFacts facts() {
    return facts;
  }

  List<Lexicon.Merge> merges() {
    return lexicon.merges();
  }

  Lexicon lexicon() {
    return lexicon;
  }

  /** The tokens as the files spell them, by id. */
  List<String> spelledTokens() {
    List<String> tokens = new ArrayList<>(vocab());
    layout.tokens().forEach(token -> tokens.add(token.text()));
    boolean characters = algorithm == Algorithm.BPE;
    for (int b = 0; characters && b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
    }
    while (tokens.size() < vocab()) {
      byte[] bytes = lexicon.bytes(tokens.size());
      String spelled =
          characters ? new String(bytes, UTF_8) : ByteAlphabet.spell(bytes, 0, bytes.length);
      tokens.add(spelled);
    }
    return tokens;
  }

  /** A pair that was merged twice has the later rank, as in Hugging Face's files. */
  List<Lexicon.Merge> lastMerges() {
    List<Lexicon.Merge> merges = lexicon.merges();
    Set<Long> seen = new HashSet<>(2 * merges.size());
    List<Lexicon.Merge> last = new ArrayList<>(merges.size());
    for (Lexicon.Merge merge : merges.reversed()) {
      if (seen.add(PairCounts.pair(merge.left(), merge.right()))) {
        last.add(merge);
      }
    }
    return last.reversed();
  }

  /** Writes {@code tokenizer.json} as Hugging Face's library of version 0.20 and later has it. */
  public void saveJson(Path file) {
    TokenizerJsonWriter.write(this, file);
  }
}
