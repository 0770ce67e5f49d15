package hanok.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.gguf.GgmlType;
import hanok.model.ModelConfig;
import hanok.model.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What llama.cpp chose for each matrix of three models, recorded as docs/golden.md says. */
class TypeMixTest {

  private static ModelConfig config(int layers, int dim, int kvHeads, int ffnDim) {
    return new ModelConfig(
        ModelConfig.Architecture.EXAONE,
        layers,
        dim,
        8,
        kvHeads,
        dim / 8,
        ffnDim,
        700,
        128,
        500_000,
        1,
        dim / 8,
        1e-5f);
  }

  private static ModelConfig config(String model) {
    return switch (model) {
      case "tied" -> config(16, 256, 2, 512);
      case "awkward" -> config(9, 320, 2, 544);
      case "ungrouped" -> config(9, 256, 4, 512);
      default -> throw new IllegalArgumentException(model);
    };
  }

  private static List<TensorSpec> matrices(ModelConfig config, boolean tied) {
    return TensorSpec.all(config, tied, false).stream().filter(TensorSpec::isMatrix).toList();
  }

  @ParameterizedTest(name = "{0} {1}, weighed: {2}")
  @CsvFileSource(resources = "mixes.tsv", delimiter = '\t')
  void choosesAsLlamaCppDoes(String model, FileType type, boolean weighed, String runs) {
    List<GgmlType> expected = new ArrayList<>();
    for (String run : runs.split(" ", -1)) {
      int star = run.indexOf('*');
      GgmlType one = GgmlType.valueOf(run.substring(star + 1));
      expected.addAll(Collections.nCopies(Integer.parseInt(run, 0, star, 10), one));
    }
    ModelConfig config = config(model);
    boolean tied = model.equals("tied");
    TypeMix mix = new TypeMix(type, false, null, null, config, tied, weighed);
    List<TensorSpec> matrices = matrices(config, tied);
    assertThat(matrices).hasSameSizeAs(expected);
    for (int i = 0; i < matrices.size(); i++) {
      assertThat(typeOf(mix, matrices.get(i)))
          .as(matrices.get(i).name())
          .isEqualTo(expected.get(i));
    }
  }

  private static GgmlType typeOf(TypeMix mix, TensorSpec spec) {
    return mix.typeOf(spec.name(), spec.columns(), spec.layer());
  }

  @Test
  void pureIsOneTypeWhereRowsAllowIt() {
    ModelConfig config = config("tied");
    TypeMix mix = new TypeMix(FileType.Q4_K_M, true, null, null, config, true, false);
    for (TensorSpec spec : matrices(config, true)) {
      assertThat(typeOf(mix, spec)).isEqualTo(GgmlType.Q4_K);
      assertThat(typeOf(TypeMix.of(FileType.Q4_K, config, true), spec)).isEqualTo(GgmlType.Q4_K);
    }
  }

  @Test
  void outputAndEmbeddingMayBeChosen() {
    assertThat(embeddingOf(false, null, GgmlType.Q5_1)).isEqualTo(GgmlType.Q5_1);
    assertThat(embeddingOf(true, null, GgmlType.Q5_1)).isEqualTo(GgmlType.Q5_1);
    assertThat(embeddingOf(true, GgmlType.Q8_0, null)).isEqualTo(GgmlType.Q8_0);
    assertThat(embeddingOf(false, GgmlType.Q8_0, null)).isEqualTo(GgmlType.Q4_K);
    TypeMix mix = mix(false, GgmlType.F16, null);
    assertThat(mix.typeOf("output.weight", 256, -1)).isEqualTo(GgmlType.F16);
  }

  private static TypeMix mix(
      boolean tied, @Nullable GgmlType output, @Nullable GgmlType embedding) {
    return new TypeMix(FileType.Q4_K_M, false, output, embedding, config("tied"), tied, false);
  }

  private static GgmlType embeddingOf(
      boolean tied, @Nullable GgmlType output, @Nullable GgmlType embedding) {
    return mix(tied, output, embedding).typeOf("token_embd.weight", 256, -1);
  }

  @Test
  void leavesNormsAndVectorsAlone() {
    assertThat(TypeMix.isQuantized("blk.0.attn_q.weight", new long[] {256, 256})).isTrue();
    assertThat(TypeMix.isQuantized("blk.0.attn_q.weight", new long[] {256, 1})).isFalse();
    assertThat(TypeMix.isQuantized("blk.0.attn_norm.weight", new long[] {256, 2})).isFalse();
    assertThat(TypeMix.isQuantized("rope_freqs.weight", new long[] {64})).isFalse();
    assertThat(TypeMix.isQuantized("blk.0.attn_q.bias", new long[] {256, 256})).isFalse();
  }
}
