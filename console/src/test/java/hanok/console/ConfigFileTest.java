package hanok.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings are read strictly, and what is wrong is said with file, line and key. */
class ConfigFileTest {
  enum Kind {
    COSINE,
    LATE_SQUARE
  }

  record Schedule(@Nullable Kind kind, double share) {
    Schedule {
      if (share < 0) {
        throw new IllegalArgumentException("share is %s, but at least 0".formatted(share));
      }
    }
  }

  record Run(
      int batchTokens,
      @Nullable String name,
      @Nullable Schedule schedule,
      @Nullable List<String> files) {}

  @TempDir Path folder;

  private Run read(String yaml) throws IOException {
    return ConfigFile.read(Files.writeString(folder.resolve("run.yaml"), yaml), Run.class);
  }

  private String refusal(String yaml) {
    Failure failure = catchThrowableOfType(Failure.class, () -> read(yaml));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
    Messages english = Messages.of(Failure.class, List.of(), Map.of());
    return failure.sentence(english).replace(folder + "/", "");
  }

  @Test
  void keysAreInSnakeCaseAndWhatIsLeftOutIsNull() throws IOException {
    Run run = read("batch_tokens: 512\nschedule: {kind: late_square, share: 0.5}\nfiles: [가, 나]\n");
    assertThat(run)
        .isEqualTo(new Run(512, null, new Schedule(Kind.LATE_SQUARE, 0.5), List.of("가", "나")));
  }

  @Test
  void anUnknownKeyIsRefusedWithTheOneThatWasMeant() {
    assertThat(refusal("name: a\nbatch_token: 3\n"))
        .isEqualTo(
            "run.yaml, line 2: there is no setting \"batch_token\"; did you mean \"batch_tokens\"?");
    assertThat(refusal("colour: red\n"))
        .isEqualTo(
            "run.yaml, line 1: there is no setting \"colour\"; known are batch_tokens, files, name,"
                + " schedule");
  }

  @Test
  void aValueOfTheWrongKindIsSaidWithItsKey() {
    assertThat(refusal("batch_tokens: many\n")).startsWith("run.yaml, line 1: batch_tokens: ");
    assertThat(refusal("batch_tokens: 1.5\n")).startsWith("run.yaml, line 1: batch_tokens: ");
    assertThat(refusal("schedule:\n  kind: square\n"))
        .startsWith("run.yaml, line 2: schedule.kind: ");
  }

  @Test
  void whatTheRecordRefusesIsSaidInItsOwnWords() {
    assertThat(refusal("schedule:\n  share: -1\n"))
        .startsWith("run.yaml, line ")
        .endsWith("schedule: share is -1.0, but at least 0");
  }

  @Test
  void aKeyThatIsSaidTwiceABrokenFileAndAnEmptyOneAreRefused() {
    assertThat(refusal("name: a\nname: b\n")).contains("line 2", "name");
    assertThat(refusal("name: [a\n"))
        .startsWith("run.yaml, line 1: not YAML: while parsing a flow sequence: expected");
    assertThat(refusal("")).isEqualTo("run.yaml is empty");
    assertThat(refusal("name: a\n---\nname: b\n")).startsWith("run.yaml, line ");
  }

  @Test
  void aFileThatIsNotThereIsNotFound() {
    Failure failure =
        catchThrowableOfType(
            Failure.class, () -> ConfigFile.read(folder.resolve("no.yaml"), Run.class));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
  }
}
