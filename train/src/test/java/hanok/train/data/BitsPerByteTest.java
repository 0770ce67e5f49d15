package hanok.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import hanok.token.Tokenizer;
import hanok.train.Batch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BitsPerByteTest {
  private static final Tokenizer TOKENIZER = Samples.EXAONE;

  private static Batch batch(int[] targets, float[] weights) {
    int n = targets.length;
    return new Batch(1, n, new int[n], targets, weights, new int[n], new int[n]);
  }

  @Test
  void aModelThatKnowsNothingNeedsTheLogarithmOfTheVocabularyForEachToken() {
    String text = "나는 오늘 학교에 the quick brown fox";
    int[] ids = TOKENIZER.encode(text);
    int[] targets = Arrays.copyOf(ids, ids.length + 1);
    targets[ids.length] = TOKENIZER.eos().orElseThrow();
    float[] weights = new float[targets.length];
    Arrays.fill(weights, 1);
    float[] nats = new float[targets.length];
    Arrays.fill(nats, (float) Math.log(TOKENIZER.vocab()));
    BitsPerByte bits = new BitsPerByte(TOKENIZER);
    bits.add(batch(targets, weights), nats);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    double expected = ids.length * Math.log(TOKENIZER.vocab()) / Math.log(2) / bytes;
    assertThat(bits.value()).isCloseTo(expected, within(1e-6));
    assertThat(bits.bytes()).isEqualTo(bytes);
    assertThat(bits.loss()).isCloseTo(Math.log(TOKENIZER.vocab()), within(1e-6));
  }

  @Test
  void whatWeighsNothingDoesNotCountWhateverItsLoss() {
    int id = TOKENIZER.encode("a")[0];
    BitsPerByte bits = new BitsPerByte(TOKENIZER);
    bits.add(batch(new int[] {id, id}, new float[] {1, 0}), new float[] {2, Float.NaN});
    assertThat(bits.value()).isCloseTo(2 / Math.log(2), within(1e-9));
    assertThat(new BitsPerByte(TOKENIZER).value()).isNaN();
    assertThatThrownBy(() -> bits.add(batch(new int[] {id}, new float[] {1}), new float[2]))
        .hasMessage("2 losses for 1 targets");
  }
}
