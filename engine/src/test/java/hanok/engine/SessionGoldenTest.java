package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against llama.cpp's recordings. */
class SessionGoldenTest {

  private static final LoadOptions BYTES = LoadOptions.DEFAULT.withThreads(2);
  private static final LoadOptions FLOATS = BYTES.withOneDnn(false);
  private static final LoadOptions EXACT = BYTES.withBatchInvariant(true);

  /** Tokens that are computed together: one, few, and as many as each way of multiplying takes. */
  private static final int[] STEPS = {1, 3, 17, 512};

  /** As llama.cpp rounds, to a few values that fall on the other side. */
  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void logitsAgreeWithLlamaCpp(String name) throws IOException {
    double tolerance = name.endsWith("F16") ? 1e-5 : 5e-4;
    assertThat(largestError(name, EXACT, KvType.F32)).isLessThan(tolerance);
  }

  /**
   * Sums in another order, keys in half precision and weights as bytes: each moves some roundings,
   * of which all together are 1e-3 away from exact arithmetic.
   */
  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void logitsAgreeWithLlamaCppAsModelsAreRun(String name) throws IOException {
    double tolerance = name.endsWith("F16") ? 1e-5 : 3e-3;
    assertThat(largestError(name, FLOATS, KvType.F32)).isLessThan(tolerance);
    assertThat(largestError(name, BYTES, KvType.F16)).isLessThan(tolerance);
  }

  private static double largestError(String name, LoadOptions options, KvType kvType)
      throws IOException {
    Golden golden = Golden.read(name);
    double largest = 0;
    try (Model model = Model.load(golden.gguf(), options.withKeptCacheBytes(0))) {
      for (int step : STEPS) {
        try (Session session = model.newSession(256, kvType)) {
          largest = Math.max(largest, largestError(golden, session, step));
        }
      }
    }
    return largest;
  }

  private static double largestError(Golden golden, Session session, int step) {
    for (int from = 0; from < golden.logitsFrom(); from += step) {
      int end = Math.min(golden.logitsFrom(), from + step);
      session.prefill(Arrays.copyOfRange(golden.prompt(), from, end));
    }
    double largest = 0;
    for (int row = 0; row < golden.logits().length; row++) {
      session.forward(golden.prompt()[golden.logitsFrom() + row]);
      largest = Math.max(largest, Golden.nmse(session.logits(), golden.logits()[row]));
    }
    return largest;
  }

  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void greedyTokensAreThoseOfLlamaCppWhereTheyAreClear(String name) throws IOException {
    checkGreedy(name, EXACT, KvType.F32, Golden.CLEAR_MARGIN);
  }

  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void greedyTokensAreThoseOfLlamaCppAsModelsAreRun(String name) throws IOException {
    checkGreedy(name, FLOATS, KvType.F16, 0.1f);
    checkGreedy(name, BYTES, KvType.F16, 0.1f);
  }

  private static void checkGreedy(String name, LoadOptions options, KvType kvType, float margin)
      throws IOException {
    Golden golden = Golden.read(name);
    try (Model model = Model.load(golden.gguf(), options)) {
      Session session = model.newSession(256, kvType);
      session.prefill(golden.prompt());
      for (int step = 0; step < golden.greedy().length; step++) {
        if (golden.margins()[step] > margin) {
          assertThat(Golden.argmax(session.logits()))
              .as("step " + step)
              .isEqualTo(golden.greedy()[step]);
        }
        session.forward(golden.greedy()[step]);
      }
    }
  }
}
