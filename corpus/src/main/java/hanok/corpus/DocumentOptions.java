package hanok.corpus;

import org.jspecify.annotations.Nullable;

/**
 * What of a file is a document's text, and what its language. Fields are keys of JSON records or
 * columns of Parquet files; plain text has none.
 *
 * @param textField holds the text; a record whose text is null is passed over
 * @param langField holds the language; null: no field does
 * @param lang the language of documents that do not say theirs, as in {@link Document#lang}
 * @param lineDocuments whether each line of plain text is a document, rather than the whole file
 */
public record DocumentOptions(
    String textField, @Nullable String langField, String lang, boolean lineDocuments) {

  /** Fields {@code text} and {@code lang}, if there; whole files of plain text. */
  public static final DocumentOptions DEFAULT = new DocumentOptions("text", "lang", "", false);

  public DocumentOptions withTextField(String field) {
    return new DocumentOptions(field, langField, lang, lineDocuments);
  }

  public DocumentOptions withLangField(@Nullable String field) {
    return new DocumentOptions(textField, field, lang, lineDocuments);
  }

  public DocumentOptions withLang(String language) {
    return new DocumentOptions(textField, langField, language, lineDocuments);
  }

  public DocumentOptions withLineDocuments(boolean lines) {
    return new DocumentOptions(textField, langField, lang, lines);
  }
}
