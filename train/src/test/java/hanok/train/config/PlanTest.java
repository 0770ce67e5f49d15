package hanok.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hanok.model.ModelConfig;
import hanok.model.TensorSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final int EXAONE_VOCAB = 102_400;

  private static ModelConfig preset(String name, int vocab) {
    return new ModelShape(name, null, null, null, null, null, null, null, null).with(vocab);
  }

  private static SftConfig run(BatchSettings batch, @Nullable LoraSettings lora) {
    return new SftConfig(
        Path.of("out"),
        Path.of("base"),
        Path.of("base"),
        new ChatData(
            List.of(new ChatData.ChatSource(Path.of("a"), 1.0)), 0.0, ChatData.TooLong.CUT, null),
        batch,
        null,
        10L,
        OptimizerSettings.SFT,
        ScheduleSettings.DEFAULT,
        ComputeSettings.DEFAULT,
        CheckpointSettings.DEFAULT,
        EvalSettings.DEFAULT,
        GuardSettings.DEFAULT,
        StopSettings.DEFAULT,
        lora,
        1L);
  }

  @Test
  void exaoneTakesWhatItsReportSays() {
    ModelConfig exaone = preset("exaone3.0-7.8b", EXAONE_VOCAB);
    Plan plan = Plan.of(exaone, false, run(new BatchSettings(4096L, 1, 4096), null), 1000);
    assertThat(plan.parameters() / 1e9).isCloseTo(7.82, within(0.005));
    assertThat(Plan.matmulParameters(exaone) / 1e9).isCloseTo(7.40, within(0.005));
    assertThat(plan.flopsPerToken() / 1e9).isCloseTo(50.8, within(0.05));
    double adamW = plan.weightBytes() + plan.gradientBytes() + plan.momentBytes();
    assertThat(adamW / 1e9).isCloseTo(125, within(0.5));
    assertThat(plan.tokens()).isEqualTo(4_096_000);
    // 7.8 k tokens a second are 40 % of an H200's 989 TFLOP/s.
    assertThat(plan.utilisation(7800, 989e12)).isCloseTo(0.40, within(0.005));
    assertThat(plan.seconds(7800)).isCloseTo(525, within(1.0));
    assertThat(8e12 * plan.flopsPerToken()).isCloseTo(4.1e23, within(0.05e23));
  }

  @Test
  void presetsAreAsLargeAsTheirNamesSay() {
    assertThat(Plan.parameters(preset("10m", 8192), false) / 1e6).isCloseTo(11.0, within(0.1));
    assertThat(Plan.parameters(preset("124m", 32_000), false) / 1e6).isCloseTo(124, within(2.0));
    assertThat(Plan.parameters(preset("nano", 8192), false) / 1e6).isLessThan(12);
    assertThat(ModelShape.presets()).containsExactly("nano", "10m", "124m", "exaone3.0-7.8b");
  }

  @Test
  void parametersAreThoseOfTheTensors() {
    for (String name : ModelShape.presets()) {
      for (boolean tied : new boolean[] {false, true}) {
        ModelConfig model = preset(name, 5000);
        long sum =
            TensorSpec.all(model, tied, false).stream()
                .mapToLong(t -> Arrays.stream(t.shape()).reduce(1, (a, b) -> a * b))
                .sum();
        assertThat(Plan.parameters(model, tied)).isEqualTo(sum);
      }
    }
  }

  @Test
  void adaptersLearnLittleAndNeedLittle() {
    ModelConfig exaone = preset("exaone3.0-7.8b", EXAONE_VOCAB);
    LoraSettings lora = new LoraSettings(16, 32.0, List.of("attn_q", "ffn_down"));
    Plan plan = Plan.of(exaone, false, run(BatchSettings.DEFAULT, lora), 1);
    assertThat(plan.trained()).isEqualTo(32L * 16 * (4096 + 4096 + 4096 + 14_336));
    assertThat(plan.gradientBytes()).isEqualTo(4 * plan.trained());
    assertThat(plan.momentBytes()).isEqualTo(8 * plan.trained());
    assertThat(plan.weightBytes()).isEqualTo(4 * (plan.parameters() + plan.trained()));
  }

  @Test
  void recomputationKeepsOneLayerInMemory() {
    ModelConfig model = preset("10m", 8192);
    BatchSettings batch = new BatchSettings(16_384L, 16, 1024);
    long once = Plan.activationBytes(model, batch, true);
    long all = Plan.activationBytes(model, batch, false);
    long tokens = 16 * 1024;
    long layer = 4L * tokens * (4 * 256 + 3 * 256 + 3 * 64 + 4 * 896);
    assertThat(all - once).isEqualTo(7 * layer);
  }
}
