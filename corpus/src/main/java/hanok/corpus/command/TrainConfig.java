package hanok.corpus.command;

import hanok.corpus.DocumentOptions;
import hanok.token.train.Algorithm;
import hanok.token.train.Layout;
import hanok.token.train.MorphemePolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer train} is told, by a file of settings or by options: whatever is null is
 * left to the other, or to the default.
 *
 * @param text files, folders or globs
 * @param out the folder to write
 * @param fraction of the merges inside morphemes, for {@code staged}
 * @param field that holds the text of a record
 * @param langField that holds its language
 * @param textLang the language of documents that do not say theirs
 * @param lines whether each line of plain text is a document
 * @param weights shares of the languages
 * @param counts the file that counts of pieces are kept in
 * @param coverage of the text by the characters of the alphabet, for {@code bpe}
 */
record TrainConfig(
    @Nullable List<String> text,
    @Nullable String out,
    @Nullable Integer vocabSize,
    @Nullable Layout layout,
    @Nullable Algorithm algorithm,
    MorphemePolicy.@Nullable Kind morphemes,
    @Nullable Double fraction,
    @Nullable String field,
    @Nullable String langField,
    @Nullable String textLang,
    @Nullable Boolean lines,
    @Nullable Map<String, Double> weights,
    @Nullable String counts,
    @Nullable Integer minFrequency,
    @Nullable Double coverage,
    @Nullable Integer threads) {

  static final TrainConfig EMPTY =
      new TrainConfig(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);

  /** These settings, and the other's where these say nothing. */
  TrainConfig or(TrainConfig other) {
    return new TrainConfig(
        first(text, other.text),
        first(out, other.out),
        first(vocabSize, other.vocabSize),
        first(layout, other.layout),
        first(algorithm, other.algorithm),
        first(morphemes, other.morphemes),
        first(fraction, other.fraction),
        first(field, other.field),
        first(langField, other.langField),
        first(textLang, other.textLang),
        first(lines, other.lines),
        first(weights, other.weights),
        first(counts, other.counts),
        first(minFrequency, other.minFrequency),
        first(coverage, other.coverage),
        first(threads, other.threads));
  }

  private static <T> @Nullable T first(@Nullable T one, @Nullable T two) {
    return one == null ? two : one;
  }

  Layout theLayout() {
    return Objects.requireNonNullElse(layout, Layout.EXAONE);
  }

  Algorithm theAlgorithm() {
    return Objects.requireNonNullElse(algorithm, Algorithm.BBPE);
  }

  int theThreads() {
    return Objects.requireNonNullElse(threads, Runtime.getRuntime().availableProcessors());
  }

  MorphemePolicy policy() {
    return switch (Objects.requireNonNullElse(morphemes, MorphemePolicy.Kind.STAGED)) {
      case NONE -> MorphemePolicy.NONE;
      case TRAIN -> MorphemePolicy.TRAIN;
      case STAGED -> MorphemePolicy.staged(Objects.requireNonNullElse(fraction, 0.8));
    };
  }

  DocumentOptions documents() {
    DocumentOptions defaults = DocumentOptions.DEFAULT;
    return new DocumentOptions(
        Objects.requireNonNullElse(field, defaults.textField()),
        langField == null ? defaults.langField() : langField,
        Objects.requireNonNullElse(textLang, defaults.lang()),
        Objects.requireNonNullElse(lines, defaults.lineDocuments()));
  }
}
