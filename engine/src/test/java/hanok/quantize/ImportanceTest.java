package hanok.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.engine.LoadOptions;
import hanok.engine.Model;
import hanok.engine.Session;
import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.GgufWriter;
import hanok.gguf.Tensor;
import hanok.kernel.Format;
import hanok.model.Progress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An importance matrix on a model some of whose columns matter much more than others, as in models
 * that were trained.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportanceTest {
  private static final Path GOLDEN = Path.of("..", "golden", "exaone-a-F16.gguf");
  private static final int HELD_OUT = 128;

  private Path folder;
  private Path source;
  private ImportanceMatrix matrix;
  private float[][] expected;

  @BeforeAll
  void measure(@TempDir Path temporary) {
    folder = temporary;
    source = folder.resolve("source.gguf");
    writeUneven(source);
    ImportanceCollector collector = new ImportanceCollector();
    try (Model model = load(source)) {
      model.observe(collector::add);
      try (Session session = model.newSession(512)) {
        session.prefill(ids(1, 512));
      }
    }
    matrix = collector.matrix("im.gguf", 1, 512, "text");
    expected = probabilities(source);
  }

  /** The golden model, with the weights of its norms spread over some orders of magnitude. */
  private static void writeUneven(Path to) {
    Random random = new Random(11);
    GgufWriter writer = new GgufWriter();
    try (GgufFile golden = GgufFile.open(GOLDEN)) {
      writer.putAll(golden.metadata().values());
      for (Tensor tensor : golden.tensors().values()) {
        float[] values = new float[(int) tensor.elements()];
        Format.of(tensor.type()).dequantize(tensor.data(), 0, values, values.length);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        boolean norm = tensor.name().matches("blk.*_norm.weight");
        for (float value : values) {
          bytes.putFloat(norm ? (float) (value * Math.exp(1.5 * random.nextGaussian())) : value);
        }
        bytes.flip();
        writer.tensor(tensor.name(), GgmlType.F32, tensor.shape(), channel -> channel.write(bytes));
      }
      writer.write(to);
    }
  }

  private static Model load(Path path) {
    return Model.load(path, LoadOptions.DEFAULT.withThreads(2));
  }

  private static int[] ids(int seed, int count) {
    return new Random(seed).ints(count, 400, 1500).toArray();
  }

  /** Of each next token of a text that the matrix was not made with. */
  private static float[][] probabilities(Path path) {
    float[][] rows = new float[HELD_OUT][];
    try (Model model = load(path);
        Session session = model.newSession(HELD_OUT)) {
      int[] ids = ids(2, HELD_OUT);
      for (int i = 0; i < ids.length; i++) {
        session.forward(ids[i]);
        rows[i] = softmax(session.logits());
      }
    }
    return rows;
  }

  private static float[] softmax(float[] logits) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) Math.exp(logits[i] - most);
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= (float) sum;
    }
    return probabilities;
  }

  /** Kullback-Leibler divergence from the source, mean over the tokens. */
  private double divergence(QuantizeOptions options) {
    Path out = folder.resolve("out.gguf");
    try (GgufFile file = GgufFile.open(source)) {
      Quantizer.quantize(file, options, out, Progress.NONE);
    }
    float[][] actual = probabilities(out);
    double sum = 0;
    for (int row = 0; row < HELD_OUT; row++) {
      for (int i = 0; i < actual[row].length; i++) {
        double p = expected[row][i];
        sum += p == 0 ? 0 : p * Math.log(p / Math.max(1e-30, actual[row][i]));
      }
    }
    return sum / HELD_OUT;
  }

  @ParameterizedTest
  @EnumSource(names = {"Q2_K", "Q3_K_S", "Q4_K_S", "Q4_0", "IQ4_XS"})
  void bringsTheModelCloserToItsSourceOnAnotherText(FileType type) {
    QuantizeOptions options = QuantizeOptions.of(type).withPure();
    double without = divergence(options);
    double with = divergence(options.withImportance(matrix));
    assertThat(with).isLessThan(0.95 * without);
  }

  @Test
  void knowsEveryMatrixOfALayer() {
    assertThat(matrix.tensors().keySet())
        .containsExactlyInAnyOrder(
            "blk.0.attn_q.weight",
            "blk.0.attn_k.weight",
            "blk.0.attn_v.weight",
            "blk.0.attn_output.weight",
            "blk.0.ffn_gate.weight",
            "blk.0.ffn_up.weight",
            "blk.0.ffn_down.weight",
            "blk.1.attn_q.weight",
            "blk.1.attn_k.weight",
            "blk.1.attn_v.weight",
            "blk.1.attn_output.weight",
            "blk.1.ffn_gate.weight",
            "blk.1.ffn_up.weight",
            "blk.1.ffn_down.weight");
    assertThat(matrix.tensors().values()).allMatch(sums -> sums.count() == 512);
    assertThat(matrix.of("blk.1.ffn_down.weight")).hasSize(768);
  }

  @Test
  void theFirstInputIsTheNormalizedEmbedding() {
    int[] ids = ids(1, 512);
    double[] squares = new double[256];
    try (GgufFile file = GgufFile.open(source)) {
      float[] norm = new float[256];
      Format.of(GgmlType.F32)
          .dequantize(file.tensor("blk.0.attn_norm.weight").data(), 0, norm, 256);
      float[] row = new float[256];
      for (int id : ids) {
        Tensor embedding = file.tensor("token_embd.weight");
        Format.of(GgmlType.F32).dequantize(embedding.data(), 1024L * id, row, 256);
        double mean = 0;
        for (float value : row) {
          mean += value * value / 256;
        }
        for (int i = 0; i < 256; i++) {
          squares[i] += Math.pow(row[i] * norm[i], 2) / (mean + 1e-5);
        }
      }
    }
    float[] means = matrix.of("blk.0.attn_k.weight");
    for (int i = 0; i < 256; i++) {
      assertThat((double) means[i]).isCloseTo(squares[i] / 512, withinPercent());
    }
    assertThat(matrix.of("blk.0.attn_q.weight")).isEqualTo(means);
  }

  private static Percentage withinPercent() {
    return Percentage.withPercentage(0.01);
  }
}
