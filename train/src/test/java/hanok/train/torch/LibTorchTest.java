package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsLibTorch
class LibTorchTest {
  @TempDir Path folder;

  @Test
  void refusesAnotherLibtorchInTheLoadersPath() throws IOException {
    String path = "/nowhere" + File.pathSeparator + folder;
    assertThatCode(() -> LibTorch.refuseOthers(path)).doesNotThrowAnyException();
    Files.createFile(folder.resolve("libtorch_cpu.so"));
    assertThatThrownBy(() -> LibTorch.refuseOthers(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("LD_LIBRARY_PATH has " + folder);
  }

  @Test
  void refusesADeviceThatIsNotThere() {
    LibTorch.load();
    assumeThat(torch.cuda_is_available()).as("there is a CUDA device").isFalse();
    TorchOptions options = Tiny.options().withDevice("cuda:0");
    assertThatThrownBy(() -> TorchLearner.random(Tiny.MODEL, 1, options).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("device cuda:0, but libtorch finds no CUDA here");
  }

  @Test
  void refusesIdsThatTheModelDoesNotHave() {
    var batch = Tiny.batch(1, 8, 1);
    batch.inputs()[3] = Tiny.MODEL.vocab();
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      assertThatThrownBy(() -> learner.accumulate(batch, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("input id 96 of 96");
    }
  }
}
