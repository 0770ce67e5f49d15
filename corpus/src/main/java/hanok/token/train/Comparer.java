package hanok.token.train;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import hanok.corpus.Document;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Takes documents and compares tokenizers on them. Words are looked up and segmented once for all
 * tokenizers, which then encode side by side. Not for several threads at once.
 */
public final class Comparer {
  private static final int BATCH_CHARS = 1 << 20;

  private record Prepared(String lang, WordSpans text) {}

  /** A tokenizer with what it has done so far. */
  private static final class Entrant {
    private final TokenCounter tokenizer;
    private final byte[][] spellings;
    private final SortedMap<String, Tally> tallies = new TreeMap<>();

    Entrant(TokenCounter tokenizer) {
      this.tokenizer = tokenizer;
      spellings = new byte[tokenizer.vocab()][];
      for (int id = 0; id < spellings.length; id++) {
        spellings[id] = tokenizer.bytes(id);
      }
    }

    void encode(Prepared document) {
      int[] ids = tokenizer.encode(document.text().text());
      TokenCuts cuts = new TokenCuts(document.text().utf8(), ids, spellings);
      tallies
          .computeIfAbsent(document.lang(), lang -> new Tally(spellings.length))
          .add(document.text(), ids, cuts);
    }

    Comparison.Entry entry() {
      SortedMap<String, Score> languages = new TreeMap<>();
      Tally total = new Tally(spellings.length);
      tallies.forEach((lang, tally) -> {
        languages.put(lang, tally.score());
        total.add(tally);
      });
      return new Comparison.Entry(tokenizer.name(), spellings.length, languages, total.score());
    }

    Set<String> vocabulary() {
      Set<String> tokens = HashSet.newHashSet(spellings.length);
      for (byte[] token : spellings) {
        if (token.length > 0) {
          tokens.add(new String(token, ISO_8859_1));
        }
      }
      return tokens;
    }
  }

  private final List<Entrant> entrants;
  private final MorphemeMemory memory;
  private final int threads;
  private final List<Prepared> batch = new ArrayList<>();
  private int batchChars;

  /**
   * @param segmenter says where the morphemes of Korean words begin
   * @param threads at most; more than there are tokenizers are of no use
   */
  public Comparer(
      List<? extends TokenCounter> tokenizers,
      Supplier<? extends MorphemeSegmenter> segmenter,
      int threads) {
    if (tokenizers.isEmpty()) {
      throw new IllegalArgumentException("there is no tokenizer to compare");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("%d threads cannot work".formatted(threads));
    }
    entrants = tokenizers.stream().map(Entrant::new).toList();
    memory = new MorphemeMemory(segmenter);
    this.threads = Math.min(threads, tokenizers.size());
  }

  /** Lets every tokenizer encode a document. */
  public void add(Document document) {
    batch.add(new Prepared(document.lang(), new WordSpans(document.text(), memory)));
    batchChars += document.text().length();
    if (batchChars >= BATCH_CHARS) {
      flush();
    }
  }

  private void flush() {
    Ranges.run(
        entrants.size(),
        threads,
        (from, to) ->
            entrants.subList(from, to).forEach(entrant -> batch.forEach(entrant::encode)));
    batch.clear();
    batchChars = 0;
  }

  /** What came of all documents so far. */
  public Comparison comparison() {
    flush();
    List<Comparison.Entry> entries = entrants.stream().map(Entrant::entry).toList();
    List<Set<String>> vocabularies = entrants.stream().map(Entrant::vocabulary).toList();
    List<Comparison.Overlap> overlaps = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      for (int j = i + 1; j < entries.size(); j++) {
        Set<String> first = vocabularies.get(i);
        Set<String> second = vocabularies.get(j);
        int common = (int) first.stream().filter(second::contains).count();
        int either = first.size() + second.size() - common;
        overlaps.add(
            new Comparison.Overlap(entries.get(i).name(), entries.get(j).name(), common, either));
      }
    }
    return new Comparison(entries, List.copyOf(overlaps));
  }
}
