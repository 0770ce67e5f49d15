package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine against llama.cpp's recordings. */
class SessionGoldenTest {

  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void logitsAgreeWithLlamaCpp(String name) throws IOException {
    Golden golden = Golden.read(name);
    double tolerance = name.endsWith("F16") ? 1e-5 : 5e-4;
    int[] prompt = golden.prompt();
    try (Model model = Model.load(golden.gguf(), LoadOptions.DEFAULT.withThreads(2))) {
      Session session = model.newSession(256);
      for (int row = 0; row < golden.logits().length; row++) {
        int from = row == 0 ? 0 : golden.logitsFrom() + row;
        session.prefill(Arrays.copyOfRange(prompt, from, golden.logitsFrom() + row + 1));
        assertThat(Golden.nmse(session.logits(), golden.logits()[row])).isLessThan(tolerance);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void greedyTokensAreThoseOfLlamaCppWhereTheyAreClear(String name) throws IOException {
    Golden golden = Golden.read(name);
    try (Model model = Model.load(golden.gguf(), LoadOptions.DEFAULT.withThreads(2))) {
      Session session = model.newSession(256);
      session.prefill(golden.prompt());
      for (int step = 0; step < golden.greedy().length; step++) {
        if (golden.margins()[step] > Golden.CLEAR_MARGIN) {
          assertThat(Golden.argmax(session.logits()))
              .as("step " + step)
              .isEqualTo(golden.greedy()[step]);
        }
        session.forward(golden.greedy()[step]);
      }
    }
  }
}
