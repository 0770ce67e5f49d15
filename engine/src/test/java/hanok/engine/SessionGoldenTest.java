package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against llama.cpp's recordings. */
class SessionGoldenTest {

  /** As llama.cpp rounds, to a few values that fall on the other side. */
  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void logitsAgreeWithLlamaCpp(String name) throws IOException {
    double tolerance = name.endsWith("F16") ? 1e-5 : 5e-4;
    assertThat(largestError(name, false, KvType.F32)).isLessThan(tolerance);
  }

  /**
   * Keys in half precision and weights as bytes for prompts: twice the rounding of activations,
   * which alone is 1e-3 away from exact arithmetic.
   */
  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void logitsAgreeWithLlamaCppAsModelsAreRun(String name) throws IOException {
    double tolerance = name.endsWith("F16") ? 1e-5 : 3e-3;
    assertThat(largestError(name, true, KvType.F16)).isLessThan(tolerance);
  }

  private static double largestError(String name, boolean oneDnn, KvType kvType)
      throws IOException {
    Golden golden = Golden.read(name);
    LoadOptions options = LoadOptions.DEFAULT.withThreads(2).withOneDnn(oneDnn);
    double largest = 0;
    try (Model model = Model.load(golden.gguf(), options)) {
      Session session = model.newSession(256, kvType);
      for (int row = 0; row < golden.logits().length; row++) {
        int from = row == 0 ? 0 : golden.logitsFrom() + row;
        session.prefill(Arrays.copyOfRange(golden.prompt(), from, golden.logitsFrom() + row + 1));
        largest = Math.max(largest, Golden.nmse(session.logits(), golden.logits()[row]));
      }
    }
    return largest;
  }

  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void greedyTokensAreThoseOfLlamaCppWhereTheyAreClear(String name) throws IOException {
    checkGreedy(name, false, KvType.F32, Golden.CLEAR_MARGIN);
  }

  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void greedyTokensAreThoseOfLlamaCppAsModelsAreRun(String name) throws IOException {
    checkGreedy(name, true, KvType.F16, 0.1f);
  }

  private static void checkGreedy(String name, boolean oneDnn, KvType kvType, float margin)
      throws IOException {
    Golden golden = Golden.read(name);
    LoadOptions options = LoadOptions.DEFAULT.withThreads(2).withOneDnn(oneDnn);
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
