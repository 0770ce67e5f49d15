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
  void logitsAgreeWithLlamaCpp(String name) throws IOException {
    Golden golden = Golden.read(name);
    // llama.cpp rounds activations to 8 bits where weights are quantised; the reference does not.
    double tolerance = name.endsWith("F16") ? 1e-5 : 1e-3;
    try (GgufFile file = GgufFile.open(golden.gguf())) {
      ReferenceModel model = new ReferenceModel(ModelConfig.of(file), new DequantizedWeights(file));
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
        if (golden.margins()[step] > Golden.CLEAR_MARGIN) {
          assertThat(Golden.argmax(logits)).as("step " + step).isEqualTo(golden.greedy()[step]);
        }
        logits = model.forward(golden.greedy()[step], position++);
      }
    }
  }
}
