package hanok.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher {@code hanok}, in a copied house with JDKs and a Maven that only say who they are.
 */
class LauncherTest {
  @TempDir Path folder;
  private Path house;
  private Path bin;
  private String options = "";

  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void build() throws IOException {
    house = Files.createDirectories(folder.resolve("the house"));
    bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Path.of("../hanok"), house.resolve("hanok"));
    Files.createDirectories(house.resolve("cli/src/main"));
    Files.writeString(house.resolve("pom.xml"), "");
    Files.writeString(house.resolve("cli/pom.xml"), "");
    script(bin.resolve("java"), "exit 9"); // hides one that this machine may have on the path
    script(
        bin.resolve("mvn"),
        "echo built >>\"$HOUSE/builds\"; mkdir -p cli/target; touch cli/target/hanok-cli.jar");
  }

  @Test
  void buildsOnFirstUseAndAgainOnlyWhenASourceChanged() throws Exception {
    Path jdk = jdk("25.0.3");
    Outcome first = run(jdk, "inspect", "a file.gguf");
    assertThat(first.code()).isZero();
    assertThat(first.err()).contains("Building Hanok");
    assertThat(first.out()).contains("hanok.cli/hanok.cli.Hanok inspect a file.gguf");
    assertThat(run(jdk, "run").err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
    Path source = Files.writeString(house.resolve("cli/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 2000));
    assertThat(run(jdk, "run").err()).contains("Building Hanok");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void keepsWhatATrainingRunHasLoadedForLaterStarts() throws Exception {
    Path jdk = trainableJdk("25.0.3");
    assertThat(run(jdk, "inspect").out()).contains("-XX:AOTCache=" + cache() + " ");
    assertThat(run(jdk, "inspect").err()).isEmpty();
    assertThat(trainings()).isEqualTo(1);
    Path other = trainableJdk("25.0.4");
    assertThat(run(other, "inspect").out()).contains("-XX:AOTCache=");
    assertThat(trainings()).isEqualTo(2); // another JDK could not use it
    run(jdk, "inspect");
    assertThat(trainings()).isEqualTo(3);
    Path jar = house.resolve("cli/target/hanok-cli.jar");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() + 2000));
    assertThat(run(jdk, "inspect").out()).contains("-XX:AOTCache=");
    assertThat(trainings()).isEqualTo(4);
    assertThat(house.resolve("target/start.aot.lock")).doesNotExist();
  }

  @Test
  void startsWithoutACacheWhereNoneCanBeMadeAndTriesOnce() throws Exception {
    Path jdk = jdk("25.0.3");
    script(
        jdk.resolve("bin/java"),
        "case \"$*\" in *AOTMode*) echo trained >>\"$HOUSE/trainings\"; exit 1 ;; esac; echo \"$@\"");
    for (int start = 0; start < 2; start++) {
      Outcome outcome = run(jdk, "inspect");
      assertThat(outcome.code()).isZero();
      assertThat(outcome.out()).contains("Hanok inspect").doesNotContain("AOT");
    }
    assertThat(trainings()).isEqualTo(1);
  }

  @Test
  void doesNotWaitForAnotherTraining() throws Exception {
    Path jdk = trainableJdk("25.0.3");
    Files.createDirectories(house.resolve("target/start.aot.lock"));
    assertThat(run(jdk, "inspect").out()).contains("Hanok inspect").doesNotContain("AOT");
    assertThat(house.resolve("trainings")).doesNotExist();
  }

  @Test
  void leavesCachesToUsersWhoNameTheirOwn() throws Exception {
    Path jdk = trainableJdk("25.0.3");
    run(jdk, "inspect");
    options = "-Xmx1g";
    assertThat(run(jdk, "inspect").out()).contains("-XX:AOTCache=" + cache(), "-Xmx1g");
    options = "-XX:AOTCache=mine";
    assertThat(run(jdk, "inspect").out()).contains("-XX:AOTCache=mine").doesNotContain("start.aot");
  }

  @Test
  void worksThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(bin.resolve("hanok"), house.resolve("hanok"));
    assertThat(start(jdk("25.0.4"), link, List.of("--version"), "en").code()).isZero();
  }

  @Test
  void readsArgumentsAsUtf8InEveryLocale() throws Exception {
    Path jdk = jdk("25.0.3");
    script(jdk.resolve("bin/java"), "echo \"$LC_ALL $HANOK_LANG\"");
    Path launcher = house.resolve("hanok");
    assertThat(start(jdk, launcher, List.of(), "C").out()).isEqualTo("C.UTF-8 en\n");
    assertThat(start(jdk, launcher, List.of(), "").out()).isEqualTo("C.UTF-8 en\n");
    assertThat(start(jdk, launcher, List.of(), "ko_KR.EUC-KR").out()).isEqualTo("C.UTF-8 ko\n");
    assertThat(start(jdk, launcher, List.of(), "ko_KR.UTF-8").out()).isEqualTo(" \n");
    assertThat(start(jdk, launcher, List.of(), "en_US.utf8").out()).isEqualTo(" \n");
  }

  @Test
  void refusesTheEarlyReleasesOf25AndSaysWhy() throws Exception {
    for (String version : List.of("25", "25.0.1", "25.0.2", "25.0.2+10")) {
      Outcome outcome = run(jdk(version), "run");
      assertThat(outcome.code()).isEqualTo(1);
      assertThat(outcome.err()).contains("(" + version + ") is too old", "G1 bug", "adoptium.net");
    }
  }

  @Test
  void saysHowToInstallAJdkInBothLanguages() throws Exception {
    assertThat(run(jdk("17.0.15"), "run").err()).contains("no JDK 25 found", "apt-get install");
    Outcome korean = start(jdk("17.0.15"), house.resolve("hanok"), List.of("run"), "ko_KR.UTF-8");
    assertThat(korean.err()).contains("JDK 25를 찾지 못했습니다");
    assertThat(korean.code()).isEqualTo(1);
  }

  @Test
  void acceptsNewerJdks() throws Exception {
    for (String version : List.of("25.0.3", "25.0.10", "25.1", "26", "26.0.1")) {
      assertThat(run(jdk(version), "run").code()).as(version).isZero();
    }
  }

  @Test
  void showsWhyABuildFailed() throws Exception {
    script(bin.resolve("mvn"), "echo '[ERROR] no such symbol'; exit 1");
    Outcome outcome = run(jdk("25.0.3"), "run");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("[ERROR] no such symbol", "the build failed", "build.log");
    assertThat(house.resolve("target/building")).doesNotExist();
  }

  @Test
  void passesTheGateToMaven() throws Exception {
    script(bin.resolve("mvn"), "echo \"mvn $*\"; exit 3");
    Outcome outcome = run(jdk("25.0.3"), "test", "-Dtest=A");
    assertThat(outcome.out()).contains("mvn -B verify -Dtest=A");
    assertThat(outcome.code()).isEqualTo(3);
  }

  private Outcome run(Path jdk, String... arguments) throws Exception {
    return start(jdk, house.resolve("hanok"), List.of(arguments), "en_US.UTF-8");
  }

  /** Without the usual JVM folders: only JAVA_HOME and a path of our own are looked at. */
  private Outcome start(Path jdk, Path launcher, List<String> arguments, String lang)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
    command.addAll(arguments);
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().clear();
    process.environment().put("JAVA_HOME", jdk.toString());
    process.environment().put("PATH", bin + ":/usr/bin:/bin");
    process.environment().put("HOME", folder.toString());
    process.environment().put("HOUSE", house.toString());
    process.environment().put("HANOK_JAVA_OPTS", options);
    process.environment().put("HANOK_JVM_FOLDER", folder.resolve("none").toString());
    process.environment().put("LANG", lang);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int code = process.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Outcome(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private Path jdk(String version) throws IOException {
    Path jdk = Files.createDirectories(folder.resolve("jdk-" + version));
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    Files.createDirectories(jdk.resolve("bin"));
    script(jdk.resolve("bin/java"), "echo \"$@\"");
    return jdk;
  }

  /** A JDK that can make an AOT cache. */
  private Path trainableJdk(String version) throws IOException {
    Path jdk = jdk(version);
    script(
        jdk.resolve("bin/java"),
        """
        case "$*" in
          *AOTMode=create*) echo cache >cache; echo trained >>"$HOUSE/trainings"; exit ;;
        esac
        echo "$@"
        """);
    return jdk;
  }

  private Path cache() {
    return house.resolve("target/start.aot");
  }

  private long trainings() throws IOException {
    return Files.readAllLines(house.resolve("trainings")).size();
  }

  private long builds() throws IOException {
    return Files.readAllLines(house.resolve("builds")).size();
  }

  private static void script(Path path, String body) throws IOException {
    Files.writeString(path, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
