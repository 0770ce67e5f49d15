package hanok.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.cli.Shell.Outcome;
import hanok.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the launcher trains the AOT cache with. */
class WarmUpTest {

  @Test
  void isSilentAndLeavesNothingBehind() throws IOException {
    List<Path> before = left();
    Outcome outcome = new Shell().with("HANOK_HOST", "127.0.0.1:1").run("warm-up", Shell.MODEL);
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).isEmpty();
    assertThat(left()).isEqualTo(before);
    assertThat(new Shell().run("warm-up", "none.gguf").code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void isNobodysCommand() {
    assertThat(new Shell().run("--help").out()).doesNotContain("warm-up");
    assertThat(new Shell().run("completion", "bash").out()).doesNotContain("warm-up");
  }

  private static List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("hanok-warm-up")).toList();
    }
  }
}
