package hanok.house;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.MTD_void;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the house against {@link HouseRules}, and the rules against planted violations. */
class HouseTest {
  private static final Path HOUSE = Path.of("..");
  private static final List<String> ROOMS =
      List.of("core", "console", "engine", "serve", "bench", "corpus", "train", "cli");

  @Test
  void packagesUseOnlyTheFloorsBelow() throws IOException {
    assertThat(violations(HouseRules::forbiddenArrows)).isEmpty();
  }

  @Test
  void everyPackageIsOnTheFloorPlan() throws IOException {
    assertThat(classes())
        .allSatisfy(type -> {
          String name = type.thisClass().asInternalName().replace('/', '.');
          assertThat(HouseRules.FLOOR_PLAN).containsKey(name.substring(0, name.lastIndexOf('.')));
        });
  }

  @Test
  void theFloorPlanHasNoCycle() {
    HouseRules.FLOOR_PLAN.keySet().forEach(room -> assertNoCycle(room, List.of()));
  }

  @Test
  void methodsThatPassVectorsAreSmallEnoughToInline() throws IOException {
    assertThat(violations(HouseRules::largeVectorMethods)).isEmpty();
  }

  @Test
  void methodsFitOnAScreen() throws IOException {
    assertThat(violations(HouseRules::longMethods)).isEmpty();
  }

  @Test
  void namesSayWhatThingsAre() throws IOException {
    assertThat(violations(HouseRules::badNames)).isEmpty();
  }

  @Test
  void roomsDoNotPrintAndTheTokenizerUsesNoRegex() throws IOException {
    assertThat(violations(HouseRules::forbiddenCalls)).isEmpty();
  }

  @Test
  void filesFitInOneSittingAndNothingIsLeftUnfinished() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path file : files("src", ".java")) {
      wrong.addAll(HouseRules.badLines(file.toString(), Files.readAllLines(file)));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void catchesAForbiddenArrow() {
    ClassModel planted =
        plant(
            "hanok.gguf.Planted",
            c -> c.withMethodBody("m", method("hanok.engine.Model"), 0, b -> b.return_()));
    assertThat(HouseRules.forbiddenArrows(planted))
        .containsExactly("hanok.gguf.Planted uses hanok.engine");
  }

  @Test
  void catchesTheVectorApiOutsideTheKernel() {
    ClassModel planted =
        plant(
            "hanok.engine.Planted",
            c -> c.withField("v", ClassDesc.of("jdk.incubator.vector.FloatVector"), 0));
    assertThat(HouseRules.forbiddenArrows(planted))
        .containsExactly("hanok.engine.Planted uses jdk.incubator.vector");
  }

  @Test
  void catchesLibtorchOutsideItsRoom() {
    ClassModel planted =
        plant(
            "hanok.train.Planted",
            c -> c.withField("t", ClassDesc.of("org.bytedeco.pytorch.Tensor"), 0));
    assertThat(HouseRules.forbiddenArrows(planted))
        .containsExactly("hanok.train.Planted uses org.bytedeco.pytorch");
  }

  @Test
  void catchesALargeMethodThatPassesVectors() {
    ClassModel planted =
        plant(
            "hanok.kernel.Planted",
            c ->
                c.withMethodBody(
                    "m",
                    method("jdk.incubator.vector.FloatVector"),
                    ClassFile.ACC_STATIC,
                    b -> {
                      for (int i = 0; i < HouseRules.VECTOR_METHOD_BYTES_MAX; i++) {
                        b.nop();
                      }
                      b.return_();
                    }));
    assertThat(HouseRules.largeVectorMethods(planted)).hasSize(1);
  }

  @Test
  void catchesALongMethod() {
    ClassModel planted =
        plant(
            "hanok.kernel.Planted",
            c ->
                c.withMethodBody(
                    "m",
                    MTD_void,
                    ClassFile.ACC_STATIC,
                    b -> b.lineNumber(10).nop().lineNumber(79).return_()));
    assertThat(HouseRules.longMethods(planted))
        .containsExactly("hanok.kernel.Planted.m has 72 lines");
  }

  @Test
  void catchesNamesThatNameNothing() {
    ClassModel planted =
        plant(
            "hanok.kernel.FormatUtils",
            c -> c.withMethodBody("getRow", MTD_void, ClassFile.ACC_STATIC, b -> b.return_()));
    assertThat(HouseRules.badNames(planted)).hasSize(2);
  }

  @Test
  void catchesPrintingExitingAndRegex() {
    ClassModel planted =
        plant(
            "hanok.token.Planted",
            c ->
                c.withMethodBody(
                    "m",
                    MTD_void,
                    ClassFile.ACC_STATIC,
                    b ->
                        b.getstatic(
                                ClassDesc.of("java.lang.System"),
                                "out",
                                ClassDesc.of("java.io.PrintStream"))
                            .pop()
                            .iconst_1()
                            .invokestatic(
                                ClassDesc.of("java.lang.System"),
                                "exit",
                                MethodTypeDesc.of(CD_void, CD_int))
                            .new_(ClassDesc.of("java.util.regex.Pattern"))
                            .pop()
                            .return_()));
    assertThat(HouseRules.forbiddenCalls(planted)).hasSize(3);
  }

  @Test
  void catchesLongFilesLongLinesAndUnfinishedWork() {
    List<String> lines = new ArrayList<>(Collections.nCopies(HouseRules.FILE_LINES_MAX, ""));
    lines.add("// TO" + "DO " + "x".repeat(HouseRules.LINE_COLUMNS_MAX));
    assertThat(HouseRules.badLines("Planted.java", lines)).hasSize(3);
  }

  @Test
  void everyTextIsThereInBothLanguages() throws IOException {
    List<Path> english = files("src/main/resources", "messages.properties");
    assertThat(english).hasSizeGreaterThan(3);
    for (Path file : english) {
      assertThat(keys(file.resolveSibling("messages_ko.properties")))
          .as(file.toString())
          .isEqualTo(keys(file));
    }
  }

  private static Set<String> keys(Path file) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(Files.readString(file)));
    return new TreeSet<>(properties.stringPropertyNames());
  }

  private static void assertNoCycle(String room, List<String> path) {
    assertThat(path).doesNotContain(room);
    List<String> longer = new ArrayList<>(path);
    longer.add(room);
    HouseRules.FLOOR_PLAN
        .getOrDefault(room, Set.of())
        .forEach(below -> assertNoCycle(below, longer));
  }

  private static MethodTypeDesc method(String parameter) {
    return MethodTypeDesc.of(CD_void, ClassDesc.of(parameter));
  }

  private static ClassModel plant(String name, Consumer<ClassBuilder> body) {
    ClassFile files = ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS);
    return files.parse(files.build(ClassDesc.of(name), body));
  }

  private static List<String> violations(Function<ClassModel, List<String>> rule)
      throws IOException {
    return classes().stream().flatMap(type -> rule.apply(type).stream()).toList();
  }

  private static List<ClassModel> classes() throws IOException {
    List<ClassModel> models = new ArrayList<>();
    for (Path file : files("target/classes", ".class")) {
      if (!file.endsWith("module-info.class") && !file.endsWith("package-info.class")) {
        models.add(ClassFile.of().parse(file));
      }
    }
    assertThat(models).as("compiled classes of all rooms").hasSizeGreaterThan(20);
    return models;
  }

  private static List<Path> files(String folder, String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String room : ROOMS) {
      Path root = HOUSE.resolve(room).resolve(folder);
      if (!Files.isDirectory(root)) {
        continue; // not built, as when Maven is asked for the command line alone
      }
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(suffix)).forEach(found::add);
      }
    }
    return found;
  }
}
