package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import hanok.model.ModelConfig;
import hanok.model.ModelConfig.Architecture;
import hanok.reference.ReferenceModel;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine against room zero, on models of awkward shapes. */
class SessionTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "EXAONE, 6, 2, 1, false, false",
    "EXAONE, 3, 3, 1, true, true",
    "EXAONE, 4, 1, 4, false, true",
    "LLAMA, 4, 2, 1, true, false",
    "LLAMA, 5, 1, 2, false, true"
  })
  void agreesWithTheReferenceHoweverThePromptIsCut(
      Architecture architecture,
      int heads,
      int kvHeads,
      float ropeScale,
      boolean tied,
      boolean factors) {
    ModelConfig config = withScale(TinyModel.config(architecture, heads, kvHeads), ropeScale);
    Path path = folder.resolve("tiny.gguf");
    TinyModel.write(path, config, tied, factors, 17);
    int[] ids = new Random(3).ints(290, 0, config.vocab()).toArray();
    try (Model model = Model.load(path, LoadOptions.DEFAULT.withThreads(2))) {
      assertThat(model.config()).isEqualTo(config);
      float[] expected = reference(model, ids);
      float[] whole = prefill(model, ids, ids.length);
      assertThat(Golden.nmse(whole, expected)).isLessThan(1e-9);
      assertSame(prefill(model, ids, 1), whole);
      assertSame(prefill(model, ids, 7), whole);
    }
  }

  /** What each way of keeping keys and values costs. */
  @ParameterizedTest
  @CsvSource({"F32, 1e-9", "F16, 1e-5", "Q8_0, 5e-3"})
  void keepsKeysAndValuesAsItIsTold(KvType kvType, double tolerance) {
    int[] ids = new Random(5).ints(290, 0, 300).toArray();
    try (Model model = tiny()) {
      Session session = model.newSession(300, kvType);
      session.prefill(ids);
      assertThat(Golden.nmse(session.logits(), reference(model, ids))).isLessThan(tolerance);
    }
  }

  @Test
  void aRewoundSessionIsAsIfTheRestHadNeverBeen() {
    try (Model model = tiny()) {
      Session session = model.newSession(300);
      int[] ids = new Random(4).ints(200, 0, 300).toArray();
      session.prefill(Arrays.copyOf(ids, 100));
      float[] expected = session.logits().clone();
      session.prefill(Arrays.copyOfRange(ids, 100, 200));
      assertThat(session.commonPrefix(ids)).isEqualTo(200);
      session.rewind(99);
      assertThat(session.commonPrefix(ids)).isEqualTo(99);
      session.forward(ids[99]);
      assertSame(session.logits(), expected);
      assertThat(session.tokens()).isEqualTo(Arrays.copyOf(ids, 100));
    }
  }

  @Test
  void sharesWhatItHasInCommonWithAnotherAndLeavesThatAsItIs() {
    try (Model model = tiny();
        Model other = tiny()) {
      int[] ids = new Random(6).ints(300, 0, 300).toArray();
      int[] fork = ids.clone();
      fork[200] = (ids[200] + 1) % 300; // within a block
      float[] expected = prefill(other, fork, fork.length);
      float[] next = prefill(other, Arrays.copyOf(ids, 299), 299);
      try (Session first = model.newSession(300, KvType.F32);
          Session second = model.newSession(300, KvType.F32)) {
        first.prefill(Arrays.copyOf(ids, 298));
        assertThat(second.resume(fork)).isEqualTo(200);
        second.prefill(Arrays.copyOfRange(fork, 200, 300));
        assertSame(second.logits(), expected);
        first.forward(ids[298]);
        assertSame(first.logits(), next);
        assertThat(second.tokens()).isEqualTo(fork);
      }
    }
  }

  @Test
  void aClosedSessionLeavesWhatItHasComputedAsFarAsThereIsRoom() {
    int[] ids = new Random(7).ints(290, 0, 300).toArray();
    for (long kept : new long[] {0, 1 << 24}) {
      try (Model model = tiny(LoadOptions.DEFAULT.withKeptCacheBytes(kept));
          Model other = tiny()) {
        for (int i = 0; i < 3; i++) {
          Session session = model.newSession(300, KvType.F32);
          session.prefill(Arrays.copyOf(ids, 150 + i));
          session.close();
          assertThatIllegalStateException().isThrownBy(() -> session.forward(1));
        }
        try (Session last = model.newSession(300, KvType.F32)) {
          assertThat(last.resume(ids)).isEqualTo(kept == 0 ? 0 : 152);
          last.prefill(Arrays.copyOfRange(ids, last.position(), 290));
          assertSame(last.logits(), prefill(other, ids, 290));
        }
      }
    }
  }

  @Test
  void isCancelledWithinABatchAndGoesOnAfterwards() {
    try (Model model = tiny()) {
      int[] ids = new Random(5).ints(Forward.BATCH + 90, 0, 300).toArray();
      float[] expected = prefill(model, ids, ids.length);
      Session session = model.newSession(700, KvType.F32);
      boolean whole = session.prefill(ids, () -> session.position() == Forward.BATCH);
      assertThat(whole).isFalse();
      assertThat(session.position()).isEqualTo(Forward.BATCH);
      session.prefill(Arrays.copyOfRange(ids, Forward.BATCH, ids.length));
      assertSame(session.logits(), expected);
    }
  }

  @Test
  void decodingAllocatesNothing() {
    try (Model model = tiny()) {
      Session session = model.newSession(512);
      Sampler sampler = new Sampler(SamplerOptions.DEFAULT, model.config().vocab());
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long bytes = Long.MAX_VALUE;
      // The compiler works in the background: give it time, and end as soon as it is done.
      for (int round = 0; round < 60 && bytes > 50 * 100; round++) {
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          if (session.position() == session.context()) {
            session.rewind(0);
          }
          session.forward(sampler.sample(session.logits()));
        }
        bytes = threads.getTotalThreadAllocatedBytes() - before;
      }
      assertThat(bytes / 100).as("bytes a token").isLessThan(50);
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    try (Model model = tiny()) {
      Session session = model.newSession(4);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.prefill(new int[5]))
          .withMessage("5 more tokens do not fit: 0 of 4 are used");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.forward(300))
          .withMessage("token id 300 is outside the vocabulary of 300");
      assertThatIllegalArgumentException().isThrownBy(() -> session.prefill(new int[0]));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.rewind(1))
          .withMessage("cannot rewind to 1 tokens, there are 0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.newSession(1025))
          .withMessage("context must be in [1, 1024] for this model, got 1025");
      assertThat(session.position()).isZero();
    }
  }

  /** Bit for bit; the message names one difference instead of all numbers. */
  private static void assertSame(float[] actual, float[] expected) {
    assertThat(Arrays.mismatch(actual, expected)).as("first logit that differs").isEqualTo(-1);
  }

  private Model tiny() {
    return tiny(LoadOptions.DEFAULT);
  }

  private Model tiny(LoadOptions options) {
    Path path = folder.resolve("tiny.gguf");
    TinyModel.write(path, TinyModel.config(Architecture.EXAONE, 4, 2), false, false, 1);
    return Model.load(path, options.withThreads(2));
  }

  private static ModelConfig withScale(ModelConfig c, float ropeScale) {
    return new ModelConfig(
        c.architecture(),
        c.layers(),
        c.dim(),
        c.heads(),
        c.kvHeads(),
        c.headDim(),
        c.ffnDim(),
        c.vocab(),
        c.context(),
        c.ropeTheta(),
        ropeScale,
        c.ropeDim(),
        c.normEps());
  }

  private static float[] reference(Model model, int[] ids) {
    DequantizedWeights weights = new DequantizedWeights(model.file(), true);
    ReferenceModel reference = new ReferenceModel(model.config(), weights);
    float[] logits = {};
    for (int position = 0; position < ids.length; position++) {
      logits = reference.forward(ids[position], position);
    }
    return logits;
  }

  private static float[] prefill(Model model, int[] ids, int step) {
    Session session = model.newSession(Math.min(700, model.config().context()), KvType.F32);
    for (int from = 0; from < ids.length; from += step) {
      session.prefill(Arrays.copyOfRange(ids, from, Math.min(ids.length, from + step)));
    }
    return session.logits();
  }
}
