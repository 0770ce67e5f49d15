package hanok.token.train;

import java.nio.file.Path;
import java.util.List;

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

  /** Writes {@code tokenizer.json} as Hugging Face's library of version 0.20 and later has it. */
  public void saveJson(Path file) {
    TokenizerJsonWriter.write(this, file);
  }
}
