package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.reference.ReferenceModel;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts of several batches and pages of the cache, against room zero on golden models. */
class LongPromptTest {
  private static final int LENGTH = 700;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exaone-a-Q4_0",
        "exaone-a-Q4_K_M",
        "exaone-a-Q5_K_M",
        "exaone-a-Q6_K",
        "exaone-a-Q8_0",
        "exaone35-a-Q5_K_M",
        "llama-a-Q5_K_M"
      })
  void agreesWithTheReference(String name) throws IOException {
    Golden golden = Golden.read(name);
    LoadOptions bytes = LoadOptions.DEFAULT.withThreads(2);
    float[] expected = {};
    for (LoadOptions options :
        new LoadOptions[] {bytes, bytes.withOneDnn(false), bytes.withBatchInvariant(true)}) {
      try (Model model = Model.load(golden.gguf(), options)) {
        int[] ids = new Random(7).ints(LENGTH, 0, model.config().vocab()).toArray();
        expected = expected.length == 0 ? reference(model, ids) : expected;
        Session session = model.newSession(LENGTH, KvType.F32);
        session.prefill(ids);
        assertThat(Golden.nmse(session.logits(), expected)).isLessThan(3e-3);
      }
    }
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
}
