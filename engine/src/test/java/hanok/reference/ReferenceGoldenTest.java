package hanok.reference;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.engine.DequantizedWeights;
import hanok.engine.Golden;
import hanok.gguf.GgufFile;
import hanok.model.ModelConfig;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Room zero against llama.cpp's recordings. */
class ReferenceGoldenTest {

  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void logitsAndGreedyTokensAgreeWithLlamaCpp(String name) throws IOException {
    assertAgrees(Golden.read(name), true, name.endsWith("F16") ? 1e-5 : 5e-4);
  }

  /** How far llama.cpp's rounding of activations to 8 bits takes it from the model as it is. */
  @ParameterizedTest
  @MethodSource("hanok.engine.Golden#names")
  void withoutRoundingLogitsAreStillNear(String name) throws IOException {
    assertAgrees(Golden.read(name), false, name.endsWith("F16") ? 1e-5 : 1.5e-3);
  }

  private static void assertAgrees(Golden golden, boolean rounds, double tolerance) {
    try (GgufFile file = GgufFile.open(golden.gguf())) {
      ReferenceModel model =
          new ReferenceModel(ModelConfig.of(file), new DequantizedWeights(file, rounds));
      int position = 0;
      float[] logits = {};
      for (int id : golden.prompt()) {
        logits = model.forward(id, position);
        int row = position++ - golden.logitsFrom();
        if (row >= 0) {
          assertThat(Golden.nmse(logits, golden.logits()[row])).isLessThan(tolerance);
        }
      }
      for (int step = 0; step < golden.greedy().length; step++) {
        if (rounds && golden.margins()[step] > Golden.CLEAR_MARGIN) {
          assertThat(Golden.argmax(logits)).as("step " + step).isEqualTo(golden.greedy()[step]);
        }
        logits = model.forward(golden.greedy()[step], position++);
      }
    }
  }
}
