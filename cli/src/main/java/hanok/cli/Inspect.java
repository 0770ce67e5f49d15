package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.console.Messages;
import hanok.console.Sizes;
import hanok.gguf.GgmlType;
import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.gguf.Tensor;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code inspect MODEL.gguf}: what a file says it is. */
@Command(name = "inspect")
final class Inspect implements Callable<Integer> {
  private static final int TEXT_MAX = 60;
  private static final int ELEMENTS_MAX = 5;

  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "MODEL.gguf")
  Path path;

  /** Bytes and values of all tensors of one type. */
  private record Total(int tensors, long values, long bytes) {
    Total plus(Tensor tensor) {
      return new Total(tensors + 1, values + tensor.elements(), bytes + tensor.data().byteSize());
    }
  }

  @Override
  public Integer call() {
    ModelOptions.requireFile(path);
    try (GgufFile file = GgufFile.open(path)) {
      if (hanok.json()) {
        hanok.io().out().println(json(file));
      } else {
        print(file, hanok.io().out(), hanok.messages());
      }
    }
    return ExitCode.OK;
  }

  private static void print(GgufFile file, PrintStream out, Messages messages) {
    out.println(
        messages.text("inspect.head", file.path(), file.version(), Sizes.text(file.bytes())));
    out.println();
    out.println(messages.text("inspect.metadata"));
    file.metadata()
        .values()
        .forEach((key, value) -> out.printf("  %-44s %s%n", printable(key), text(value)));
    out.println();
    out.println(messages.text("inspect.tensors"));
    for (Tensor tensor : file.tensors().values()) {
      out.printf(
          "  %-32s %-7s %18s %12s%n",
          printable(tensor.name()),
          tensor.type(),
          tensor.shapeText(),
          Sizes.text(tensor.data().byteSize()));
    }
    out.println();
    out.println(messages.text("inspect.types"));
    Total all = new Total(0, 0, 0);
    for (Map.Entry<GgmlType, Total> entry : totals(file).entrySet()) {
      Total total = entry.getValue();
      print(out, entry.getKey().toString(), total);
      all =
          new Total(
              all.tensors + total.tensors, all.values + total.values, all.bytes + total.bytes);
    }
    print(out, messages.text("inspect.all"), all);
  }

  private static void print(PrintStream out, String name, Total total) {
    out.printf(
        Locale.ROOT,
        "  %-8s %5d %16d %12s %8.2f%n",
        name,
        total.tensors,
        total.values,
        Sizes.text(total.bytes),
        total.values == 0 ? 0 : 8.0 * total.bytes / total.values);
  }

  private static Map<GgmlType, Total> totals(GgufFile file) {
    Map<GgmlType, Total> totals = new TreeMap<>();
    for (Tensor tensor : file.tensors().values()) {
      Total before = totals.getOrDefault(tensor.type(), new Total(0, 0, 0));
      totals.put(tensor.type(), before.plus(tensor));
    }
    return totals;
  }

  /** A value on one line: long texts and arrays are shortened, control characters escaped. */
  private static String text(GgufValue value) {
    if (value.elementType() == null) {
      return printable(String.valueOf(value.value()).replace("\n", "\\n"));
    }
    StringBuilder text = new StringBuilder();
    text.append(value.elementType()).append(" x ").append(value.length()).append("  [");
    for (int i = 0; i < Math.min(ELEMENTS_MAX, value.length()); i++) {
      text.append(i == 0 ? "" : ", ").append(element(value.value(), i));
    }
    return text.append(value.length() > ELEMENTS_MAX ? ", …]" : "]").toString();
  }

  private static String element(Object array, int i) {
    return switch (array) {
      case long[] a -> Long.toString(a[i]);
      case float[] a -> Float.toString(a[i]);
      case double[] a -> Double.toString(a[i]);
      case boolean[] a -> Boolean.toString(a[i]);
      case List<?> a -> "\"" + printable(String.valueOf(a.get(i))) + "\"";
      default -> throw new IllegalStateException("not an array: " + array);
    };
  }

  /** Text of a file that may be shown: on one line, not too long, without control characters. */
  private static String printable(String text) {
    String line = text.replaceAll("\\p{Cntrl}|[\\u2028\\u2029]", "?");
    return line.codePointCount(0, line.length()) <= TEXT_MAX
        ? line
        : line.substring(0, line.offsetByCodePoints(0, TEXT_MAX)) + "…";
  }

  private static ObjectNode json(GgufFile file) {
    ObjectNode root = Json.object();
    root.put("file", file.path().toString());
    root.put("version", file.version());
    root.put("bytes", file.bytes());
    ObjectNode metadata = root.putObject("metadata");
    file.metadata().values().forEach((key, value) -> metadata.putPOJO(key, value.value()));
    ArrayNode tensors = root.putArray("tensors");
    for (Tensor tensor : file.tensors().values()) {
      ObjectNode node = tensors.addObject();
      node.put("name", tensor.name());
      node.put("type", tensor.type().toString());
      node.putPOJO("shape", tensor.shape());
      node.put("bytes", tensor.data().byteSize());
    }
    return root;
  }
}
