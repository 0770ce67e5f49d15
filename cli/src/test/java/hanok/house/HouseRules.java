package hanok.house;

import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.LineNumber;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules of STYLE.md, each a function from a class or a source to what is wrong with it. */
final class HouseRules {
  /** The floor plan, bottom-up: package to the packages it may use. */
  static final Map<String, Set<String>> FLOOR_PLAN =
      Map.ofEntries(
          room("hanok.gguf"),
          room("hanok.safetensors", "hanok.gguf"),
          room("hanok.token", "hanok.gguf"),
          room("hanok.template", "hanok.token"),
          room("hanok.chat", "hanok.gguf", "hanok.template", "hanok.token"),
          room("hanok.model", "hanok.gguf", "hanok.safetensors", "hanok.token"),
          room("hanok.console", "hanok.gguf", "hanok.model"),
          room("hanok.corpus", "hanok.console", "hanok.gguf", "hanok.model"),
          room(
              "hanok.token.train",
              "hanok.console",
              "hanok.corpus",
              "hanok.gguf",
              "hanok.model",
              "hanok.token"),
          room(
              "hanok.corpus.command",
              "hanok.console",
              "hanok.corpus",
              "hanok.gguf",
              "hanok.model",
              "hanok.token",
              "hanok.token.train"),
          room(
              "hanok.train.command",
              "hanok.chat",
              "hanok.console",
              "hanok.gguf",
              "hanok.model",
              "hanok.safetensors",
              "hanok.token",
              "hanok.corpus",
              "hanok.train",
              "hanok.train.config",
              "hanok.train.data",
              "hanok.train.run",
              "hanok.train.torch",
              "hanok.train.watch"),
          room(
              "hanok.train.run",
              "hanok.gguf",
              "hanok.model",
              "hanok.token",
              "hanok.train",
              "hanok.train.config",
              "hanok.train.data",
              "hanok.train.watch"),
          room("hanok.train.config", "hanok.console", "hanok.model", "hanok.train"),
          room("hanok.train.watch", "hanok.console", "hanok.gguf"),
          room(
              "hanok.train.data",
              "hanok.chat",
              "hanok.corpus",
              "hanok.gguf",
              "hanok.model",
              "hanok.token",
              "hanok.train"),
          room(
              "hanok.train",
              "hanok.chat",
              "hanok.console",
              "hanok.gguf",
              "hanok.model",
              "hanok.safetensors",
              "hanok.token"),
          room(
              "hanok.train.torch",
              "hanok.gguf",
              "hanok.model",
              "hanok.safetensors",
              "hanok.train",
              "hanok.train.kernel",
              "org.bytedeco.javacpp",
              "org.bytedeco.pytorch"),
          room("hanok.train.kernel", "jdk.incubator.vector"),
          room("hanok.reference", "hanok.model"),
          room("hanok.kernel", "hanok.gguf", "jdk.incubator.vector"),
          room(
              "hanok.engine",
              "hanok.gguf",
              "hanok.model",
              "hanok.token",
              "hanok.chat",
              "hanok.kernel",
              "hanok.reference"),
          room("hanok.quantize", "hanok.gguf", "hanok.model", "hanok.token", "hanok.kernel"),
          room("hanok.constrain", "hanok.engine", "hanok.token"),
          room("hanok.store", "hanok.gguf", "hanok.model", "hanok.quantize"),
          room("hanok.serve.client"),
          room("hanok.serve.api"),
          room(
              "hanok.serve.runner",
              "hanok.gguf",
              "hanok.model",
              "hanok.token",
              "hanok.chat",
              "hanok.engine",
              "hanok.constrain",
              "hanok.store",
              "hanok.serve.api"),
          room("hanok.serve.http", "hanok.engine", "hanok.serve.api", "hanok.serve.runner"),
          room(
              "hanok.serve.ollama",
              "hanok.gguf",
              "hanok.model",
              "hanok.token",
              "hanok.chat",
              "hanok.engine",
              "hanok.quantize",
              "hanok.store",
              "hanok.serve.api",
              "hanok.serve.runner",
              "hanok.serve.http"),
          room(
              "hanok.serve.openai",
              "hanok.model",
              "hanok.token",
              "hanok.chat",
              "hanok.engine",
              "hanok.store",
              "hanok.serve.api",
              "hanok.serve.runner",
              "hanok.serve.http"),
          room(
              "hanok.serve",
              "hanok.gguf",
              "hanok.model",
              "hanok.token",
              "hanok.chat",
              "hanok.engine",
              "hanok.store",
              "hanok.serve.api",
              "hanok.serve.http",
              "hanok.serve.ollama",
              "hanok.serve.openai",
              "hanok.serve.runner"),
          room("hanok.bench", "hanok.gguf", "hanok.model", "hanok.engine"),
          room(
              "hanok.cli",
              "hanok.console",
              "hanok.gguf",
              "hanok.safetensors",
              "hanok.model",
              "hanok.token",
              "hanok.chat",
              "hanok.reference",
              "hanok.engine",
              "hanok.quantize",
              "hanok.store",
              "hanok.serve",
              "hanok.serve.client",
              "hanok.serve.runner",
              "hanok.bench"));

  static final int FILE_LINES_MAX = 500;
  static final int METHOD_LINES_MAX = 70;
  static final int LINE_COLUMNS_MAX = 100;

  /** HotSpot's FreqInlineSize: a larger method is not inlined, and then its vectors are boxed. */
  static final int VECTOR_METHOD_BYTES_MAX = 325;

  private static final Pattern PACKAGE =
      Pattern.compile("L?((?:hanok|jdk/incubator)(?:/[a-z]+)+|org/bytedeco/(?:javacpp|pytorch))/");
  private static final Pattern BAD_NAME =
      Pattern.compile("Abstract[A-Z].*|.*(?:Impl|Manager|Helper|Helpers|Util|Utils)");
  private static final Pattern GETTER = Pattern.compile("get[A-Z].*");

  /** Whoever speaks for the program may print, and end it. */
  private static final Set<String> COMMAND_LINES = Set.of("hanok.cli", "hanok.console");

  /** Spelt apart, so that this file keeps the rule itself. */
  private static final List<String> UNFINISHED =
      List.of("TO" + "DO", "FIX" + "ME", "XX" + "X", "@Dis" + "abled");

  private HouseRules() {}

  private static Map.Entry<String, Set<String>> room(String name, String... uses) {
    return Map.entry(name, Set.of(uses));
  }

  static List<String> forbiddenArrows(ClassModel type) {
    String from = packageOf(name(type));
    Set<String> used = new TreeSet<>();
    for (PoolEntry entry : type.constantPool()) {
      if (entry instanceof ClassEntry || entry instanceof Utf8Entry) {
        String text = entry instanceof ClassEntry c ? c.asInternalName() : entry.toString();
        Matcher matcher = PACKAGE.matcher(text);
        while (matcher.find()) {
          used.add(matcher.group(1).replace('/', '.'));
        }
      }
    }
    used.remove(from);
    used.removeAll(FLOOR_PLAN.getOrDefault(from, Set.of()));
    return used.stream().map(to -> name(type) + " uses " + to).toList();
  }

  static List<String> largeVectorMethods(ClassModel type) {
    return methods(type)
        .filter(m -> m.methodType().stringValue().contains("Ljdk/incubator/vector/"))
        .filter(m -> codeBytes(m) > VECTOR_METHOD_BYTES_MAX)
        .map(m -> label(type, m) + " passes vectors in " + codeBytes(m) + " bytes of code")
        .toList();
  }

  static List<String> longMethods(ClassModel type) {
    List<String> wrong = new ArrayList<>();
    methods(type)
        .filter(m -> !m.methodName().equalsString("<clinit>"))
        .forEach(m -> {
          int lines = lines(m);
          if (lines > METHOD_LINES_MAX) {
            wrong.add(label(type, m) + " has " + lines + " lines");
          }
        });
    return wrong;
  }

  static List<String> badNames(ClassModel type) {
    List<String> wrong = new ArrayList<>();
    String simple = name(type).replaceFirst(".*[.$]", "");
    if (BAD_NAME.matcher(simple).matches()) {
      wrong.add(name(type) + " is a name that names nothing");
    }
    methods(type)
        .filter(m -> GETTER.matcher(m.methodName().stringValue()).matches())
        .filter(m -> !implementsForeign(type))
        .forEach(m -> wrong.add(label(type, m) + " begins with get"));
    return wrong;
  }

  static List<String> forbiddenCalls(ClassModel type) {
    List<String> wrong = new ArrayList<>();
    String from = packageOf(name(type));
    for (PoolEntry entry : type.constantPool()) {
      if (!COMMAND_LINES.contains(from) && entry instanceof MemberRefEntry member) {
        String owner = member.owner().asInternalName();
        String used = member.name().stringValue();
        boolean stream =
            entry instanceof FieldRefEntry && (used.equals("out") || used.equals("err"));
        if (owner.equals("java/lang/System") && (stream || used.equals("exit"))) {
          wrong.add(name(type) + " uses System." + used);
        }
      }
      if (from.equals("hanok.token")
          && entry instanceof ClassEntry c
          && c.asInternalName().startsWith("java/util/regex/")) {
        wrong.add(name(type) + " uses " + c.asInternalName());
      }
    }
    return wrong;
  }

  static List<String> badLines(String file, List<String> lines) {
    List<String> wrong = new ArrayList<>();
    if (lines.size() > FILE_LINES_MAX) {
      wrong.add(file + " has " + lines.size() + " lines");
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean breakable = !line.contains("\"") && !line.contains("://");
      if (line.length() > LINE_COLUMNS_MAX && breakable && !line.startsWith("import ")) {
        wrong.add(file + ":" + (i + 1) + " has " + line.length() + " columns");
      }
      for (String word : UNFINISHED) {
        if (line.contains(word)) {
          wrong.add(file + ":" + (i + 1) + " says " + word);
        }
      }
    }
    return wrong;
  }

  private static Stream<MethodModel> methods(ClassModel type) {
    return type.methods().stream();
  }

  /** Methods of other people's interfaces have the names that they have. */
  private static boolean implementsForeign(ClassModel type) {
    return type.interfaces().stream().anyMatch(i -> !i.asInternalName().startsWith("hanok/"));
  }

  private static int codeBytes(MethodModel method) {
    return method.code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
  }

  private static int lines(MethodModel method) {
    IntSummaryStatistics lines =
        method.code().stream()
            .flatMap(code -> code.elementStream())
            .filter(LineNumber.class::isInstance)
            .mapToInt(element -> ((LineNumber) element).line())
            .summaryStatistics();
    // The signature and the closing brace have no code.
    return lines.getCount() == 0 ? 0 : lines.getMax() - lines.getMin() + 3;
  }

  private static String label(ClassModel type, MethodModel method) {
    return name(type) + "." + method.methodName();
  }

  private static String name(ClassModel type) {
    return type.thisClass().asInternalName().replace('/', '.');
  }

  private static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }
}
