package hanok.token.train;

import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Learns a vocabulary from {@link PieceCounts}. The same counts and settings give the same
 * vocabulary, whatever the number of threads.
 *
 * <p>Most distinct pieces occur once, and all of them together are little of the text. Where
 * morphemes are sought, the rarest pieces, which make up at most 3 % of all, are not learned from.
 */
public final class BpeTrainer {
  /** How much of the text the pieces make up that are too rare to be cut into morphemes. */
  private static final double RARE_SHARE = 0.03;

  private final Builder settings;

  private BpeTrainer(Builder settings) {
    this.settings = settings;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What is to be learned. */
  public static final class Builder {
    private int vocabSize = 102_400;
    private Layout layout = Layout.EXAONE;
    private Algorithm algorithm = Algorithm.BBPE;
    private MorphemePolicy policy = MorphemePolicy.NONE;
    private @Nullable Supplier<MorphemeSegmenter> segmenters;
    private Weights weights = Weights.NONE;
    private boolean allBytes = true;
    private double coverage = 0.9995;
    private long minFrequency = 2;
    private int threads = Runtime.getRuntime().availableProcessors();
    private IntConsumer progress = tokens -> {};

    private Builder() {}

    /** How many tokens there shall be, those of the layout and the alphabet among them. */
    public Builder vocabSize(int size) {
      vocabSize = size;
      return this;
    }

    public Builder layout(Layout chosen) {
      layout = chosen;
      return this;
    }

    public Builder algorithm(Algorithm chosen) {
      algorithm = chosen;
      return this;
    }

    /** What morphemes mean; {@code supplier} makes a segmenter for a thread. */
    public Builder morphemes(MorphemePolicy chosen, Supplier<MorphemeSegmenter> supplier) {
      policy = chosen;
      segmenters = supplier;
      return this;
    }

    /** How much of the text each language shall be; empty: as it is. */
    public Builder weights(Map<String, Double> byLanguage) {
      weights = new Weights(byLanguage);
      return this;
    }

    /** Whether bytes that do not occur are tokens too, so that everything can be encoded. */
    public Builder allBytes(boolean all) {
      allBytes = all;
      return this;
    }

    /** For {@link Algorithm#BPE}: how much of the text the characters of the alphabet make up. */
    public Builder characterCoverage(double share) {
      coverage = share;
      return this;
    }

    /** How often a pair must occur to be merged. */
    public Builder minFrequency(long count) {
      minFrequency = count;
      return this;
    }

    public Builder threads(int count) {
      threads = count;
      return this;
    }

    /** Is told how many tokens there are, after each merge. */
    public Builder progress(IntConsumer listener) {
      progress = listener;
      return this;
    }

    /**
     * The trainer of these settings.
     *
     * @throws IllegalArgumentException if they contradict each other
     */
    public BpeTrainer build() {
      int fixed = layout.tokens().size() + 256;
      if (vocabSize < fixed) {
        throw new IllegalArgumentException(
            "a vocabulary of %d is too small for layout %s: its %d tokens and 256 bytes need %d"
                .formatted(vocabSize, layout.name().toLowerCase(Locale.ROOT), fixed - 256, fixed));
      }
      if (vocabSize > 1 << 21) {
        throw new IllegalArgumentException(
            "a vocabulary of %d is too large; 2097152 tokens are possible".formatted(vocabSize));
      }
      if (minFrequency < 1) {
        throw new IllegalArgumentException(
            "a pair must occur at least once to be merged, got " + minFrequency);
      }
      if (threads < 1) {
        throw new IllegalArgumentException("at least one thread must work, got " + threads);
      }
      if (!(coverage > 0 && coverage <= 1)) {
        throw new IllegalArgumentException("the coverage must be in (0, 1], got " + coverage);
      }
      return new BpeTrainer(this);
    }
  }

  /**
   * Learns the vocabulary.
   *
   * @throws IllegalArgumentException if the counts are empty, were cut for another layout, or do
   *     not fit the weights
   */
  public TrainedTokenizer train(PieceCounts counts) {
    if (counts.textBytes() == 0) {
      throw new IllegalArgumentException("there is no text to learn from");
    }
    if (!counts.cut().literals().equals(settings.layout.literals())) {
      throw new IllegalArgumentException(
          "the counts were made for another layout: %d literal tokens were taken out, %s has %d"
              .formatted(
                  counts.cut().literals().size(),
                  settings.layout,
                  settings.layout.literals().size()));
    }
    PieceTable pieces = settings.weights.pieces(counts);
    boolean inMorphemes = settings.policy.kind() != MorphemePolicy.Kind.NONE;
    return new Training(inMorphemes ? pieces.frequent(RARE_SHARE) : pieces, pieces.size())
        .run(counts);
  }

  /** One run: what it knows on its way. */
  private final class Training {
    private final PieceTable pieces;
    private final int piecesOfText;
    private final Lexicon lexicon;
    private final Alphabet alphabet;
    private final int alphabetSize;
    private final long begun = System.nanoTime();
    private double segmentSeconds;
    private int wordsCut;
    private int mergesInMorphemes;

    /**
     * @param pieces to learn from
     * @param piecesOfText how many distinct pieces the text has
     */
    Training(PieceTable pieces, int piecesOfText) {
      this.pieces = pieces;
      this.piecesOfText = piecesOfText;
      boolean characters = settings.algorithm == Algorithm.BPE;
      lexicon = new Lexicon(settings.layout.tokens().size() + (characters ? 256 : 0));
      int room = settings.vocabSize - lexicon.size();
      alphabet =
          characters
              ? new Alphabet.Characters(pieces, settings.coverage, room)
              : new Alphabet.Bytes(pieces, settings.allBytes);
      alphabet.addTo(lexicon);
      alphabetSize = lexicon.size() - lexicon.reserved();
    }

    TrainedTokenizer run(PieceCounts counts) {
      Supplier<MorphemeSegmenter> segmenters = settings.segmenters;
      WordSplitter last =
          segmenters == null || settings.policy.kind() == MorphemePolicy.Kind.NONE
              ? learn(WordSplitter.whole(pieces, alphabet), settings.vocabSize)
              : learnMorphemes(segmenters);
      double seconds = seconds() - segmentSeconds;
      TrainingFacts facts =
          new TrainingFacts(
              settings.vocabSize,
              settings.policy,
              settings.minFrequency,
              settings.weights.of(),
              settings.threads,
              piecesOfText,
              pieces.size(),
              wordsCut,
              lexicon.merges().size(),
              mergesInMorphemes,
              segmentSeconds,
              seconds,
              TrainingFacts.compression(counts, pieces, last.tokens()));
      return new TrainedTokenizer(
          settings.layout, settings.algorithm, counts.cut().rule(), lexicon, alphabetSize, facts);
    }

    /** Returns the whole pieces as the vocabulary writes them in the end. */
    private WordSplitter learnMorphemes(Supplier<MorphemeSegmenter> segmenters) {
      Morphemes morphemes = Morphemes.of(pieces, segmenters, settings.threads);
      wordsCut = morphemes.wordsCut();
      PieceTable parts = morphemes.split(pieces);
      segmentSeconds = seconds();
      int free = settings.vocabSize - lexicon.size();
      int inside = lexicon.size() + (int) Math.round(free * settings.policy.fraction());
      learn(WordSplitter.whole(parts, alphabet), inside);
      mergesInMorphemes = lexicon.merges().size();
      RankEncoder encoder = new RankEncoder(lexicon.merges());
      WordSplitter joined = WordSplitter.encoded(pieces, alphabet, encoder);
      boolean goesOn = settings.policy.kind() == MorphemePolicy.Kind.STAGED;
      return goesOn ? learn(joined, settings.vocabSize) : joined;
    }

    private WordSplitter learn(WordSplitter split, int tokensMax) {
      long countMin = Math.multiplyExact(settings.minFrequency, settings.weights.parts());
      new MergeLoop(lexicon, split.words(), tokensMax, countMin).run(tokensMax, settings.progress);
      return split;
    }

    private double seconds() {
      return (System.nanoTime() - begun) / 1e9;
    }
  }
}
