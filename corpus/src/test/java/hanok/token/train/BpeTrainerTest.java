package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.corpus.DocumentOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {
  private static List<String> tokens(TrainedTokenizer tokenizer) {
    return IntStream.range(tokenizer.lexicon().reserved(), tokenizer.vocab())
        .mapToObj(id -> new String(tokenizer.lexicon().bytes(id), UTF_8))
        .toList();
  }

  private static BpeTrainer.Builder builder(int vocab) {
    return BpeTrainer.builder().vocabSize(vocab).threads(2);
  }

  private static TrainedTokenizer train(MorphemePolicy policy, int vocab) {
    return builder(vocab)
        .morphemes(policy, Korean::segmenter)
        .build()
        .train(Korean.counts(Layout.EXAONE, 3000));
  }

  @Test
  void noTokenReachesOverAMorphemeWhereMergesStayInside() {
    TrainedTokenizer inside = train(MorphemePolicy.TRAIN, 900);
    TrainedTokenizer free = train(MorphemePolicy.NONE, 900);
    assertThat(tokens(inside)).contains(" 학교", "에서").doesNotContain(" 학교에서", "학교가");
    assertThat(tokens(free)).anyMatch(token -> Korean.segmenter().cuts(token.strip()).length > 0);
    for (String token : tokens(inside)) {
      assertThat(Korean.segmenter().cuts(token.strip())).as(token).isEmpty();
    }
  }

  @Test
  void stagesBeginAsMergesInsideMorphemesAndThenJoinThem() {
    TrainedTokenizer inside = train(MorphemePolicy.TRAIN, 900);
    TrainedTokenizer staged = train(MorphemePolicy.staged(0.3), 900);
    int first = (int) Math.round(0.3 * (900 - 362 - 256));
    assertThat(staged.facts().mergesInMorphemes()).isEqualTo(first);
    assertThat(staged.merges().subList(0, first)).isEqualTo(inside.merges().subList(0, first));
    assertThat(staged.vocab()).isEqualTo(900);
    assertThat(tokens(staged)).anyMatch(token -> Korean.segmenter().cuts(token.strip()).length > 0);
  }

  @Test
  void threadsDoNotMatter() {
    PieceCounts counts = Korean.counts(Layout.EXAONE, 2000);
    List<List<Lexicon.Merge>> merges =
        IntStream.of(1, 2, 7)
            .mapToObj(threads ->
                builder(900)
                    .threads(threads)
                    .morphemes(MorphemePolicy.staged(0.7), Korean::segmenter)
                    .build()
                    .train(counts)
                    .merges())
            .toList();
    assertThat(merges.get(1)).isEqualTo(merges.getFirst());
    assertThat(merges.get(2)).isEqualTo(merges.getFirst()).isNotEmpty();
  }

  @Test
  void rarePairsAreNotMerged() {
    PieceCounts counts = Korean.counts(Layout.PLAIN, 1);
    counts.add("ko", "zq zq zq qx qx");
    TrainedTokenizer three =
        builder(5000).layout(Layout.PLAIN).minFrequency(3).build().train(counts);
    assertThat(tokens(three)).contains("zq").doesNotContain("qx");
    TrainedTokenizer two = builder(5000).layout(Layout.PLAIN).minFrequency(2).build().train(counts);
    assertThat(tokens(two)).contains("zq", "qx");
    assertThat(two.vocab()).isLessThan(5000);
  }

  @Test
  void weightsDecideHowMuchOfEachLanguageIsLearned() {
    PieceCounts counts =
        new PieceCounts(new PieceCounts.Cut("exaone", List.of(), DocumentOptions.DEFAULT));
    counts.add("ko", "가나 다라 ".repeat(1000));
    counts.add("en", "xyxy zwzw ".repeat(10));
    BpeTrainer.Builder small = builder(262).layout(Layout.PLAIN);
    assertThat(tokens(small.build().train(counts)).subList(256, 259)).doesNotContain("xy");
    TrainedTokenizer english = small.weights(Map.of("ko", 0.0, "en", 1.0)).build().train(counts);
    assertThat(tokens(english).subList(256, 259)).contains("xy", "zw");
    TrainedTokenizer even = small.weights(Map.of("ko", 1.0, "en", 1.0)).build().train(counts);
    assertThat(tokens(even).subList(256, 259)).containsAnyOf("xy", "zw");
  }

  @Test
  void weightsThatDoNotFitTheLanguagesAreRefused() {
    PieceCounts counts = Korean.counts(Layout.PLAIN, 10);
    BpeTrainer.Builder plain = builder(300).layout(Layout.PLAIN);
    assertThatThrownBy(() -> plain.weights(Map.of("en", 1.0)).build().train(counts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "1 documents are in language \"ko\", which has no weight; the weights name [en]");
    assertThatThrownBy(() -> plain.weights(Map.of("ko", 1.0, "fr", 1.0)).build().train(counts))
        .hasMessageContaining("language \"fr\" has weight 1.0, but no document is in it");
    assertThatThrownBy(() -> plain.weights(Map.of("ko", -1.0)))
        .hasMessageContaining("must be in [0, 1000000], got -1.0");
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> builder(617).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a vocabulary of 617 is too small for layout exaone: its 362 tokens and 256 bytes need 618");
    assertThatThrownBy(() -> MorphemePolicy.staged(1.5)).hasMessageContaining("(0, 1), got 1.5");
    assertThatThrownBy(() -> builder(900).minFrequency(0).build()).hasMessageContaining("got 0");
    PieceCounts none =
        new PieceCounts(
            new PieceCounts.Cut("exaone", Layout.EXAONE.literals(), DocumentOptions.DEFAULT));
    assertThatThrownBy(() -> builder(900).build().train(none))
        .hasMessage("there is no text to learn from");
    assertThatThrownBy(() -> builder(900).build().train(Korean.counts(Layout.PLAIN, 5)))
        .hasMessageContaining("0 literal tokens were taken out, EXAONE has 48");
  }

  @Test
  void theLayoutOfExaoneHasItsIds() {
    List<String> texts = Layout.EXAONE.tokens().stream().map(Layout.Special::text).toList();
    assertThat(texts).hasSize(362).doesNotHaveDuplicates();
    assertThat(texts.subList(0, 4)).containsExactly("[PAD]", "[BOS]", "[EOS]", "[UNK]");
    assertThat(texts.get(4)).isEqualTo(" ".repeat(31));
    assertThat(texts.get(33)).isEqualTo("  ");
    assertThat(texts.get(34)).isEqualTo("\t".repeat(9));
    assertThat(texts.get(41)).isEqualTo("\t\t");
    assertThat(texts.get(42)).isEqualTo("<|endoftext|>");
    assertThat(texts.get(43)).isEqualTo("<|c|>");
    assertThat(texts.get(51)).isEqualTo("<|java|>");
    assertThat(texts.get(52)).isEqualTo("PI:URL");
    assertThat(texts.get(61)).isEqualTo("PI:USER");
    assertThat(texts.get(62)).isEqualTo("[unused0]");
    assertThat(texts.get(161)).isEqualTo("[unused99]");
    assertThat(texts.get(162)).isEqualTo("[extra_id_0]");
    assertThat(texts.get(360)).isEqualTo("[extra_id_198]");
    assertThat(texts.get(361)).isEqualTo("[|endofturn|]");
  }
}
