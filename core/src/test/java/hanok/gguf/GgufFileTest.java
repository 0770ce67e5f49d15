package hanok.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  @TempDir Path folder;

  @Test
  void readsBackWhatItWrote() {
    Path path = folder.resolve("small.gguf");
    new GgufWriter()
        .put("a.string", GgufValue.of("한글"))
        .put("a.flag", GgufValue.of(true))
        .put("a.count", GgufValue.uint32(0xFFFF_FFFFL))
        .put("some.strings", GgufValue.strings(List.of("가", "", "나")))
        .put("some.ints", GgufValue.int32s(-1, 2))
        .put("some.floats", GgufValue.floats(0.5f))
        .tensor("t", GgmlType.F16, new long[] {2, 3}, out -> out.write(ByteBuffer.allocate(12)))
        .tensor("u", GgmlType.Q8_0, new long[] {32}, out -> out.write(ByteBuffer.allocate(34)))
        .write(path);
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.metadata().string("a.string")).isEqualTo("한글");
      assertThat(file.metadata().strings("some.strings")).containsExactly("가", "", "나");
      assertThat(file.metadata().integers("some.ints")).containsExactly(-1, 2);
      assertThat(file.tensor("t").rows()).isEqualTo(3);
      assertThat(file.tensor("u").data().byteSize()).isEqualTo(34);
    }
  }
}
