package hanok.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import hanok.bench.Benchmark.Plan;
import hanok.engine.LoadOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchmarkTest {
  private static final LoadOptions LOAD = LoadOptions.DEFAULT.withThreads(2);

  private static final List<Integer> ONE = List.of(1);

  private static final Path MODEL = Path.of("..", "golden", "exaone-a-Q5_K_M.gguf");

  @TempDir Path folder;

  @Test
  void measuresPromptsAndAnswers() {
    List<String> seen = new ArrayList<>();
    Plan plan = new Plan(List.of(20, 5), List.of(6), List.of(0), ONE, LOAD, 2);
    Report report = new Benchmark(plan, Optional.empty(), seen::add).run(MODEL);
    assertThat(report.results())
        .extracting(Measurement::test)
        .containsExactly("pp20", "pp5", "tg6");
    assertThat(report.results()).allSatisfy(result -> assertThat(result.samples()).hasSize(2));
    assertThat(seen).containsExactly("pp20", "pp5", "tg6", "pp20", "pp5", "tg6", "memory");
    Measurement answer = report.results().getLast();
    assertThat(answer.tokensPerSecond()).isPositive();
    // All weights but the embedding, of which a token reads one row.
    assertThat(answer.bytesPerToken()).isBetween(report.modelBytes() / 2, report.modelBytes());
    assertThat(report.memoryBytesPerSecond()).isGreaterThan(1e9);
    assertThat(report.loadSeconds()).isPositive();
  }

  @Test
  void measuresAfterSomeTokensThatAreInTheContextAlready() {
    Plan plan = new Plan(List.of(8), List.of(4), List.of(0, 300), ONE, LOAD, 2);
    Report report = new Benchmark(plan, Optional.empty(), test -> {}).run(MODEL);
    assertThat(report.results())
        .extracting(Measurement::test)
        .containsExactly("pp8", "tg4", "pp8@d300", "tg4@d300");
    long empty = report.results().get(1).bytesPerToken();
    long deep = report.results().get(3).bytesPerToken();
    // Keys and values of 300 tokens: two layers of two heads of 64, in half precision.
    assertThat(deep - empty).isEqualTo(300 * 2 * 2 * 2 * 64 * Short.BYTES);
  }

  @Test
  void measuresSeveralAnswersTogether() {
    Plan plan = new Plan(List.of(), List.of(6), List.of(0), List.of(1, 3), LOAD, 1);
    Report report = new Benchmark(plan, Optional.empty(), test -> {}).run(MODEL);
    assertThat(report.results()).extracting(Measurement::test).containsExactly("tg6", "tg6x3");
    assertThat(report.results().getLast().tokensPerSecond()).isPositive();
  }

  @Test
  void readsMemoryWithAnyNumberOfThreads() {
    double one = MemoryWall.bytesPerSecond(1);
    assertThat(MemoryWall.bytesPerSecond(2)).isGreaterThan(one / 2);
    assertThat(one).isBetween(1e9, 1e12);
  }

  @Test
  void theMedianAndTheRatioAreWhatTheyAreCalled() {
    Measurement ours = new Measurement("tg8", List.of(5.0, 1.0, 4.0), 100);
    Measurement theirs = new Measurement("tg8", List.of(1.0, 3.0), 0);
    assertThat(ours.tokensPerSecond()).isEqualTo(4);
    assertThat(theirs.tokensPerSecond()).isEqualTo(2);
    assertThat(ours.spread()).isEqualTo(1);
    assertThat(ours.bytesPerSecond()).isEqualTo(400);
    Report report = new Report("m", 1, 2, 800, 0.5, -1, List.of(ours), Map.of("tg8", theirs));
    assertThat(report.ratio(ours)).isEqualTo(2);
    assertThat(report.shareOfMemoryWall(ours)).isCloseTo(0.5, within(1e-9));
    JsonNode result = JsonMapper.shared().readTree(report.json()).get("results").get(0);
    assertThat(result.get("test").stringValue()).isEqualTo("tg8");
    assertThat(result.get("tokensPerSecond").doubleValue()).isEqualTo(4);
    assertThat(result.get("peerTokensPerSecond").doubleValue()).isEqualTo(2);
    assertThat(result.get("samples")).hasSize(3);
  }

  @Test
  void saysWhatCannotBeMeasured() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Plan(List.of(0), List.of(), List.of(0), ONE, LOAD, 1))
        .withMessage("the length of a prompt must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Plan(List.of(), List.of(), List.of(0), ONE, LOAD, 1))
        .withMessageContaining("nothing to measure");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Plan(List.of(1), List.of(), List.of(-1), ONE, LOAD, 1))
        .withMessage("a depth must be at least 0, got -1");
    Plan tooLong = new Plan(List.of(3000), List.of(), List.of(0, 2000), ONE, LOAD, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Benchmark(tooLong, Optional.empty(), test -> {}).run(MODEL))
        .withMessage("a test of 5000 tokens, but the model was made for 4096");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Peer(folder))
        .withMessageContaining("has no node_modules/node-llama-cpp");
  }
}
