package hanok.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import hanok.gguf.MalformedModelException;
import hanok.model.ModelConfig.Architecture;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConfigTest {
  @TempDir Path folder;

  @Test
  void readsTheGoldenFiles() {
    ModelConfig exaone = golden("exaone-a-Q2_K");
    assertThat(exaone.architecture()).isEqualTo(Architecture.EXAONE);
    assertThat(exaone.vocab()).isEqualTo(1536);
    assertThat(exaone.headDim() * exaone.heads()).isEqualTo(exaone.dim());
    assertThat(golden("llama-a-Q5_K_M").architecture()).isEqualTo(Architecture.LLAMA);
  }

  @Test
  void saysBothNumbersThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(32, 5, 128))
        .withMessage("model config: heads 32 is not a multiple of kvHeads 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(32, 8, 127))
        .withMessage("model config: ropeDim 127 is odd; RoPE rotates pairs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(0, 8, 128))
        .withMessage("model config: heads is 0, not in [1, 4096]");
  }

  @Test
  void namesTheKeyThatIsWrong() {
    refuses(w -> w.put("general.architecture", GgufValue.of("bert")), "\"bert\" is not one");
    refuses(w -> w.put("exaone.attention.head_count", GgufValue.uint32(0)), "0 heads");
    refuses(w -> w.put("exaone.embedding_length", GgufValue.of("big")), "expected integer");
    refuses(w -> w.put("exaone.embedding_length", GgufValue.uint32(65)), "65 is not a multiple");
    refuses(
        w -> w.put("exaone.block_count", GgufValue.uint32(0xFFFF_FFFFL)),
        "key exaone.block_count: 4294967295 is out of range");
    refuses(w -> w.put("exaone.vocab_size", GgufValue.uint32(9)), "token_embd.weight has 16 rows");
    refuses(
        w -> w.put("exaone.rope.scaling.type", GgufValue.of("yarn")), "\"yarn\" is not supported");
    refuses(
        w -> w.put("exaone.attention.value_length", GgufValue.uint32(8)),
        "8 differs from the key length, 16");
  }

  @Test
  void readsLinearRopeScaling() {
    assertThat(read(w -> {}).ropeScale()).isEqualTo(1);
    ModelConfig scaled =
        read(w ->
            w.put("exaone.rope.scaling.type", GgufValue.of("linear"))
                .put("exaone.rope.scaling.factor", GgufValue.of(4f)));
    assertThat(scaled.ropeScale()).isEqualTo(4);
  }

  private static ModelConfig golden(String name) {
    try (GgufFile file = GgufFile.open(Path.of("..", "golden", name + ".gguf"))) {
      return ModelConfig.of(file);
    }
  }

  private void refuses(Consumer<GgufWriter> change, String reason) {
    assertThatThrownBy(() -> read(change))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining(reason);
  }

  private ModelConfig read(Consumer<GgufWriter> change) {
    GgufWriter writer =
        new GgufWriter()
            .put("general.architecture", GgufValue.of("exaone"))
            .put("exaone.block_count", GgufValue.uint32(2))
            .put("exaone.embedding_length", GgufValue.uint32(64))
            .put("exaone.attention.head_count", GgufValue.uint32(4))
            .put("exaone.attention.head_count_kv", GgufValue.uint32(2))
            .put("exaone.feed_forward_length", GgufValue.uint32(96))
            .put("exaone.context_length", GgufValue.uint32(128))
            .put("exaone.attention.layer_norm_rms_epsilon", GgufValue.of(1e-5f))
            .tensor(
                "token_embd.weight",
                GgmlType.F32,
                new long[] {64, 16},
                out -> out.write(ByteBuffer.allocate(64 * 16 * 4)));
    change.accept(writer);
    Path path = folder.resolve("m.gguf");
    writer.write(path);
    try (GgufFile file = GgufFile.open(path)) {
      return ModelConfig.of(file);
    }
  }

  private static ModelConfig config(int heads, int kvHeads, int headDim) {
    return new ModelConfig(
        Architecture.EXAONE,
        32,
        4096,
        heads,
        kvHeads,
        headDim,
        14_336,
        102_400,
        4096,
        500_000,
        1,
        headDim,
        1e-5f);
  }
}
