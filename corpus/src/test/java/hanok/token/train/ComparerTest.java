package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hanok.corpus.Document;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparerTest {
  /** Cuts text every few characters, and knows all characters of Unicode's first plane. */
  private record Chopper(String name, int length, List<String> tokens) implements TokenCounter {
    Chopper(String name, int length) {
      this(name, length, new ArrayList<>());
    }

    @Override
    public int vocab() {
      return 4096;
    }

    @Override
    public int[] encode(String text) {
      List<Integer> ids = new ArrayList<>();
      for (int at = 0; at < text.length(); at += length) {
        String token = text.substring(at, Math.min(text.length(), at + length));
        ids.add(tokens.indexOf(token));
      }
      return ids.stream().mapToInt(id -> id).toArray();
    }

    @Override
    public byte[] bytes(int id) {
      return id < tokens.size() ? tokens.get(id).getBytes(UTF_8) : new byte[0];
    }

    Chopper learn(List<Document> documents) {
      for (Document document : documents) {
        String text = document.text();
        for (int at = 0; at < text.length(); at += length) {
          String token = text.substring(at, Math.min(text.length(), at + length));
          if (!tokens.contains(token)) {
            tokens.add(token);
          }
        }
      }
      return this;
    }
  }

  /** A morpheme begins at every syllable that is one of these. */
  private static int[] cuts(CharSequence word) {
    return IntStream.range(1, word.length())
        .filter(i -> "은는이가을를에서".indexOf(word.charAt(i)) >= 0)
        .toArray();
  }

  private static List<Document> documents() {
    Random random = new Random(5);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 30; word++) {
        int length = 1 + random.nextInt(6);
        for (int c = 0; c < length; c++) {
          text.append("은는이가집학교나house.1é".charAt(random.nextInt(16)));
        }
        text.append(List.of(" ", "\n", "\u00A0", "  ").get(random.nextInt(4)));
      }
      documents.add(new Document(text.toString(), i % 3 == 0 ? "en" : "ko"));
    }
    return documents;
  }

  @Test
  void scoresAreThoseOfAPlainCount() {
    List<Document> documents = documents();
    Chopper two = new Chopper("two", 2).learn(documents);
    Chopper three = new Chopper("three", 3).learn(documents);
    Comparer comparer = new Comparer(List.of(two, three), () -> ComparerTest::cuts, 2);
    documents.forEach(comparer::add);
    Comparison comparison = comparer.comparison();

    for (String lang : List.of("ko", "en")) {
      List<Document> some = documents.stream().filter(d -> d.lang().equals(lang)).toList();
      assertThat(comparison.entries().get(0).languages().get(lang)).isEqualTo(plain(some, two));
      assertThat(comparison.entries().get(1).languages().get(lang)).isEqualTo(plain(some, three));
    }
    assertThat(comparison.entries().get(1).total()).isEqualTo(plain(documents, three));
    assertThat(comparison.documents()).isEqualTo(documents.size());
  }

  /** By characters and sets of places, as the definitions say it. */
  private static Score plain(List<Document> documents, Chopper tokenizer) {
    long bytes = 0;
    long characters = 0;
    long words = 0;
    long tokens = 0;
    long whole = 0;
    long tokenCuts = 0;
    long morphemeCuts = 0;
    long shared = 0;
    Set<String> used = new HashSet<>();
    for (Document document : documents) {
      String text = document.text();
      bytes += text.getBytes(UTF_8).length;
      characters += text.length();
      Set<Integer> ends = new HashSet<>();
      for (int at = 0; at < text.length(); at += tokenizer.length()) {
        int end = Math.min(text.length(), at + tokenizer.length());
        used.add(text.substring(at, end));
        ends.add(end);
        tokens++;
      }
      int place = 0;
      for (String word : text.split("[\\s\u00A0]", -1)) {
        Set<Integer> inside = new HashSet<>();
        Set<Integer> morphemes = new HashSet<>();
        boolean cut = false;
        for (int i = 1; i < word.length(); i++) {
          cut |= ends.contains(place + i);
          if (isHangul(word.charAt(i - 1)) && isHangul(word.charAt(i))) {
            if (ends.contains(place + i)) {
              inside.add(i);
            }
            if (cuts(word.substring(i - 1, i + 1)).length == 1) {
              morphemes.add(i);
            }
          }
        }
        words += word.isEmpty() ? 0 : 1;
        whole += word.isEmpty() || cut ? 0 : 1;
        tokenCuts += inside.size();
        morphemeCuts += morphemes.size();
        inside.retainAll(morphemes);
        shared += inside.size();
        place += word.length() + 1;
      }
    }
    return new Score(
        documents.size(),
        bytes,
        characters,
        words,
        tokens,
        words,
        whole,
        tokenCuts,
        morphemeCuts,
        shared,
        0,
        used.size(),
        tokenizer.vocab());
  }

  private static boolean isHangul(char c) {
    return c >= '가' && c <= '힣';
  }

  @Test
  void tokensThatCutSyllablesAreCutsThatMissMorphemes() {
    TokenCounter bytes = new ByteCounter(false);
    Comparer comparer = new Comparer(List.of(bytes), () -> ComparerTest::cuts, 1);
    comparer.add(new Document("집은 a", "ko"));
    Score score = comparer.comparison().entries().getFirst().total();
    assertThat(score.tokenCuts()).isEqualTo(5);
    assertThat(score.morphemePrecision()).isEqualTo(1 / 5.0, within(1e-9));
    assertThat(score.morphemeRecall()).isEqualTo(1);
    assertThat(score.wordsWhole()).isEqualTo(1);
    assertThat(score.bytesPerToken()).isEqualTo(1);
    assertThat(score.charactersPerToken()).isEqualTo(0.5);
  }

  /** Every byte a token; or, damaged, all of them the same letter. */
  private record ByteCounter(boolean damaged) implements TokenCounter {
    @Override
    public String name() {
      return "bytes";
    }

    @Override
    public int vocab() {
      return 256;
    }

    @Override
    public int[] encode(String text) {
      byte[] utf8 = text.getBytes(UTF_8);
      int[] ids = new int[utf8.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = damaged ? 'x' : utf8[i] & 0xFF;
      }
      return ids;
    }

    @Override
    public byte[] bytes(int id) {
      return new byte[] {(byte) id};
    }
  }

  @Test
  void documentsThatDoNotComeBackAreCountedAndTheirCutsAreNot() {
    Comparer comparer = new Comparer(List.of(new ByteCounter(true)), () -> ComparerTest::cuts, 1);
    comparer.add(new Document("집은", "ko"));
    comparer.add(new Document("xx", "ko"));
    Score score = comparer.comparison().entries().getFirst().total();
    assertThat(score.roundTripFailures()).isEqualTo(1);
    assertThat(score.documents()).isEqualTo(2);
    assertThat(score.words()).isEqualTo(2);
    assertThat(score.wordsSeen()).isEqualTo(1);
    assertThat(score.morphemeRecall()).isNaN();
  }

  @Test
  void overlapCountsTokensOfTheSameBytes() {
    List<Document> documents = documents();
    Chopper two = new Chopper("two", 2).learn(documents);
    Chopper three = new Chopper("three", 3).learn(documents);
    Set<String> common = new HashSet<>(two.tokens());
    common.retainAll(three.tokens());
    Comparison comparison =
        new Comparer(List.of(two, three, two), () -> ComparerTest::cuts, 1).comparison();
    assertThat(comparison.overlaps())
        .containsExactly(
            overlap("two", "three", common.size(), two, three),
            overlap("two", "two", two.tokens().size(), two, two),
            overlap("three", "two", common.size(), two, three));
    assertThat(comparison.overlaps().get(1).jaccard()).isEqualTo(1);
  }

  private static Comparison.Overlap overlap(
      String first, String second, int common, Chopper one, Chopper other) {
    Set<String> either = new HashSet<>(one.tokens());
    either.addAll(other.tokens());
    return new Comparison.Overlap(first, second, common, either.size());
  }

  @Test
  void aWordIsSegmentedOnce() {
    List<String> asked = new ArrayList<>();
    MorphemeSegmenter segmenter =
        word -> {
          asked.add(word.toString());
          return cuts(word);
        };
    Comparer comparer = new Comparer(List.of(new ByteCounter(false)), () -> segmenter, 1);
    String endless = "가".repeat(100);
    comparer.add(new Document("집은 집은 house 집은\n학교 " + endless, "ko"));
    comparer.add(new Document("학교", "ko"));
    comparer.comparison();
    assertThat(asked).containsExactly("집은", "학교");
  }

  @Test
  void aSampleIsTheSameForTheSameSeedAndAsLargeAsItMayBe() {
    List<Document> documents = documents();
    List<Document> first = sample(documents, 1500, 7).documents();
    assertThat(sample(documents, 1500, 7).documents()).isEqualTo(first);
    assertThat(sample(documents, 1500, 8).documents()).isNotEqualTo(first);
    assertThat(sample(documents, 1500, 7).bytes()).isBetween(500L, 1500L);
    assertThat(documents).containsSubsequence(first);
    assertThat(sample(documents, 3000, 7).documents()).containsSubsequence(first);
    assertThat(sample(documents, 1 << 20, 7).documents()).isEqualTo(documents);
    assertThat(sample(documents, 1, 7).documents()).hasSize(1);
  }

  private static TextSample sample(List<Document> documents, long bytes, long seed) {
    TextSample sample = new TextSample(bytes, seed);
    documents.forEach(sample::add);
    return sample;
  }
}
