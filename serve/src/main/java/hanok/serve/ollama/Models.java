package hanok.serve.ollama;

import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.http.Exchange;
import hanok.serve.runner.Catalog;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import hanok.store.ModelDetails;
import hanok.store.ModelName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What models there are, and what each says of itself. */
final class Models {
  /** When a model that stays for ever leaves: clients want a date. */
  private static final Instant NEVER = Instant.parse("2300-01-01T00:00:00Z");

  /**
   * RFC 3339 as Python's {@code fromisoformat} takes it in every version: six digits of a second,
   * an offset in numbers.
   */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT);

  private final Services services;

  Models(Services services) {
    this.services = services;
  }

  void tags(Exchange exchange) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    ArrayNode models = body.putArray("models");
    for (Entry entry : services.catalog().list()) {
      ObjectNode model = models.addObject();
      model.put("name", entry.name()).put("model", entry.name());
      model.put("modified_at", time(entry.modifiedAt()));
      model.put("size", entry.bytes()).put("digest", entry.digest());
      model.set("details", details(entry.details()));
    }
    exchange.json(body);
  }

  void ps(Exchange exchange) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    ArrayNode models = body.putArray("models");
    for (Runners.Loaded loaded : services.runners().loaded()) {
      Runner runner = loaded.runner();
      ObjectNode model = models.addObject();
      String name = runner.servable().name();
      model.put("name", name).put("model", name);
      model.put("size", runner.model().file().bytes());
      model.put("digest", runner.servable().digest());
      model.set("details", details(ModelDetails.of(runner.model().file())));
      boolean stays = loaded.expires().isAfter(NEVER);
      model.put("expires_at", time(stays ? NEVER : loaded.expires()));
      model.put("size_vram", 0).put("context_length", runner.context());
    }
    exchange.json(body);
  }

  void show(Exchange exchange) {
    Fields fields = exchange.fields();
    Entry entry = services.catalog().find(Requests.model(fields));
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("license", String.join("\n", entry.licenses()));
    body.put("modelfile", entry.modelfile());
    body.put("parameters", parameters(entry.parameters()));
    body.put("template", entry.template().orElse(""));
    body.put("system", fields.string("system").or(entry::system).orElse(""));
    body.set("details", details(entry.details()));
    ArrayNode messages = body.putArray("messages");
    entry
        .messages()
        .forEach(
            m -> messages.addObject().put("role", m.role().label()).put("content", m.content()));
    body.set("model_info", info(entry, fields.bool("verbose", false)));
    body.putArray("capabilities").add("completion").add("tools");
    body.put("modified_at", time(entry.modifiedAt()));
    exchange.json(body);
  }

  private static String parameters(Map<String, Object> parameters) {
    StringBuilder lines = new StringBuilder();
    parameters.forEach((name, value) -> {
      List<?> values = value instanceof List<?> list ? list : List.of(value);
      values.forEach(one -> {
        // Quoted as in JSON, so that a text with a line break, too, is one line.
        Object shown =
            one instanceof String text ? JsonMapper.shared().writeValueAsString(text) : one;
        lines.append("%-30s %s%n".formatted(name, shown).replace("\r", ""));
      });
    });
    return lines.toString().stripTrailing();
  }

  /** Keys of the file; lists, which can be long, only if asked for. */
  private static ObjectNode info(Entry entry, boolean verbose) {
    ObjectNode info = JsonMapper.shared().createObjectNode();
    try (GgufFile file = GgufFile.open(entry.weights())) {
      for (Map.Entry<String, GgufValue> field : file.metadata().values().entrySet()) {
        boolean list = field.getValue().elementType() != null;
        if (list && !verbose) {
          info.putNull(field.getKey());
        } else {
          info.set(field.getKey(), JsonMapper.shared().valueToTree(field.getValue().value()));
        }
      }
    }
    return info;
  }

  private static ObjectNode details(ModelDetails details) {
    ObjectNode node = JsonMapper.shared().createObjectNode().put("parent_model", "");
    node.put("format", details.format()).put("family", details.family());
    details.families().forEach(node.putArray("families")::add);
    node.put("parameter_size", details.parameterSize());
    return node.put("quantization_level", details.quantizationLevel());
  }

  private static String time(Instant instant) {
    return TIME.format(instant.atOffset(ZoneOffset.UTC));
  }

  void copy(Exchange exchange) {
    Fields fields = exchange.fields();
    ModelName source = stored(fields.required("source"), "copied");
    services.catalog().store().copy(source, Catalog.name(fields.required("destination")));
    exchange.status(200);
  }

  /** The name of a model of the store; what the server was started with is not ours to change. */
  private ModelName stored(String text, String verb) {
    Entry entry = services.catalog().find(text);
    ModelName name = Catalog.name(entry.name());
    if (services.catalog().file(name).isPresent()) {
      throw ApiException.badRequest(
          "model '%s' is a file that the server was started with; it cannot be %s"
              .formatted(text, verb));
    }
    return name;
  }

  void delete(Exchange exchange) {
    String model = Requests.model(exchange.fields());
    ModelName name = stored(model, "deleted");
    Entry entry = services.catalog().find(model);
    if (!services.catalog().store().delete(name)) {
      throw ApiException.notFound("model '" + model + "' not found");
    }
    services.runners().unload(entry.digest());
    exchange.status(200);
  }
}
