package hanok.token.train;

import hanok.corpus.DocumentOptions;
import hanok.token.PieceScanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How often each piece occurs in a corpus, by language: all that a trainer needs to know of the
 * text. It says which documents of which files it was made of, so that counting can go on where it
 * stopped, and counts of several corpora can be added. Not for several threads at once.
 */
public final class PieceCounts {

  /**
   * How text was cut: counts made in different ways must not be mixed.
   *
   * @param rule as {@code tokenizer.ggml.pre} names it
   * @param literals tokens that are matched in text as they stand, and are no pieces
   * @param documents what of the files was read
   */
  public record Cut(String rule, List<String> literals, DocumentOptions documents) {
    public Cut {
      literals = List.copyOf(literals);
    }

    PieceScanner scanner() {
      return new PieceScanner(rule, literals);
    }

    String describe() {
      return "field \"%s\" with languages of field \"%s\", cut by rule %s around %d literal tokens"
          .formatted(documents.textField(), documents.langField(), rule, literals.size());
    }
  }

  /**
   * A file that was counted.
   *
   * @param name its path as it was given
   * @param bytes its size
   * @param documents how many of its documents were counted
   * @param whole whether those are all
   */
  public record Source(String name, long bytes, long documents, boolean whole) {}

  /** What was counted of a language. */
  static final class Language {
    private PieceTable pieces = new PieceTable();
    private long documents;
    private long bytes;

    PieceTable pieces() {
      return pieces;
    }

    long documents() {
      return documents;
    }

    long bytes() {
      return bytes;
    }

    void count(long moreDocuments, long moreBytes) {
      documents += moreDocuments;
      bytes += moreBytes;
    }

    /** Takes what it can of the other's, which is not used any more. */
    private void absorb(Language other) {
      if (pieces.size() < other.pieces.size()) {
        PieceTable larger = other.pieces;
        other.pieces = pieces;
        pieces = larger;
      }
      pieces.addAll(other.pieces);
      count(other.documents, other.bytes);
    }
  }

  private final Cut cut;
  private final List<Source> sources = new ArrayList<>();
  private final SortedMap<String, Language> languages = new TreeMap<>();

  public PieceCounts(Cut cut) {
    this.cut = cut;
  }

  /** Reads counts that {@link #save} wrote. */
  public static PieceCounts load(Path file) {
    return CountsFile.read(file);
  }

  /** Writes the counts whole or not at all. Equal counts give equal bytes. */
  public void save(Path file) {
    CountsFile.write(this, file);
  }

  public Cut cut() {
    return cut;
  }

  /** The files that were counted, in the order in which that happened. */
  public List<Source> sources() {
    return List.copyOf(sources);
  }

  /** The languages that documents said they are in; empty for those that said nothing. */
  public SortedSet<String> languageNames() {
    return new TreeSet<>(languages.keySet());
  }

  public long documents() {
    return languages.values().stream().mapToLong(Language::documents).sum();
  }

  public long documents(String lang) {
    Language language = languages.get(lang);
    return language == null ? 0 : language.documents();
  }

  /** Bytes of text, in UTF-8. */
  public long textBytes() {
    return languages.values().stream().mapToLong(Language::bytes).sum();
  }

  public long textBytes(String lang) {
    Language language = languages.get(lang);
    return language == null ? 0 : language.bytes();
  }

  /** Counts the pieces of a text. Its beginning and its end are cuts. */
  public void add(String lang, CharSequence text) {
    new TextCounter(this).add(lang, PieceScanner.utf8(text));
  }

  /**
   * Adds counts of other text, which must not be used any more.
   *
   * @throws IllegalArgumentException if they were made in another way, or of the same files
   */
  public void addAll(PieceCounts other) {
    requireCut(other.cut);
    for (Source source : other.sources) {
      if (source(source.name()) != null) {
        throw new IllegalArgumentException(
            "both counts have %s: its text would count twice".formatted(source.name()));
      }
    }
    sources.addAll(other.sources);
    absorb(other);
  }

  /**
   * @throws IllegalArgumentException if these counts were made in another way
   */
  void requireCut(Cut wanted) {
    if (!cut.equals(wanted)) {
      throw new IllegalArgumentException(
          "the counts are of %s; wanted is %s".formatted(cut.describe(), wanted.describe()));
    }
  }

  /** Adds counts that are not used any more. */
  void absorb(PieceCounts other) {
    other.languages.forEach((name, counted) -> language(name).absorb(counted));
  }

  Language language(String name) {
    return languages.computeIfAbsent(name, key -> new Language());
  }

  Set<Map.Entry<String, Language>> languages() {
    return languages.entrySet();
  }

  /** Notes how far a file has been counted. */
  void note(Source source) {
    sources.removeIf(known -> known.name().equals(source.name()));
    sources.add(source);
  }

  @Nullable Source source(String name) {
    return sources.stream().filter(known -> known.name().equals(name)).findFirst().orElse(null);
  }
}
