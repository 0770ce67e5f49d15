package hanok.store;

import hanok.gguf.GgufFile;
import hanok.quantize.FileType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model is, for people; each is "" where nobody says.
 *
 * @param format of the file: {@code gguf}
 * @param family the architecture, such as {@code exaone}
 * @param parameterSize how many weights, such as {@code 7.8B}
 * @param quantizationLevel what they are written in, such as {@code Q4_K_M}
 */
public record ModelDetails(
    String format,
    String family,
    List<String> families,
    String parameterSize,
    String quantizationLevel) {

  /** What the config of a manifest says. */
  static ModelDetails of(JsonNode config) {
    List<String> families = new ArrayList<>();
    config.path("model_families").forEach(node -> families.add(node.asString("")));
    String family = text(config, "model_family");
    return new ModelDetails(
        text(config, "model_format"),
        family,
        families.isEmpty() && !family.isEmpty() ? List.of(family) : List.copyOf(families),
        text(config, "model_type"),
        text(config, "file_type"));
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }

  /** What the file itself says. */
  public static ModelDetails of(GgufFile file) {
    String family = file.metadata().string("general.architecture", "");
    long weights = file.tensors().values().stream().mapToLong(tensor -> tensor.elements()).sum();
    return new ModelDetails("gguf", family, List.of(family), count(weights), fileType(file));
  }

  /** As Ollama rounds: {@code 7.8B}, {@code 32B}, {@code 134.52M}. */
  static String count(long weights) {
    if (weights >= 1_000_000_000) {
      return round(weights / 1e9, "%.1f") + "B";
    }
    if (weights >= 1_000_000) {
      return round(weights / 1e6, "%.2f") + "M";
    }
    return weights >= 1_000 ? round(weights / 1e3, "%.0f") + "K" : Long.toString(weights);
  }

  private static String round(double value, String format) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : format, value);
  }

  private static String fileType(GgufFile file) {
    int id = file.metadata().integer("general.file_type", -1);
    String name = "unknown";
    for (FileType type : FileType.values()) {
      name = type.id() == id ? type.name() : name; // the last is a mix, which llama.cpp writes
    }
    return name;
  }

  boolean isComplete() {
    return !family.isEmpty() && !parameterSize.isEmpty() && !quantizationLevel.isEmpty();
  }

  /** The config blob of a model that is made here. */
  byte[] config(List<Layer> layers) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("model_format", format).put("model_family", family);
    families.forEach(root.putArray("model_families")::add);
    root.put("model_type", parameterSize).put("file_type", quantizationLevel);
    root.put("architecture", "amd64").put("os", "linux");
    ObjectNode rootfs = root.putObject("rootfs").put("type", "layers");
    var ids = rootfs.putArray("diff_ids");
    layers.forEach(layer -> ids.add(layer.digest().toString()));
    return JsonMapper.shared().writeValueAsBytes(root);
  }
}
