package hanok.serve.ollama;

import hanok.quantize.FileType;
import hanok.serve.api.ApiException;
import hanok.serve.api.Fields;
import hanok.serve.runner.Catalog;
import hanok.store.CreateRequest;
import hanok.store.Digest;
import hanok.store.ModelName;
import hanok.store.Parameters;
import hanok.store.StoredModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code /api/create} is asked. */
record CreateFields(CreateRequest request) {
  private static final int FILES_MAX = 256;

  static CreateFields of(Fields fields, Catalog catalog) {
    Optional<String> from = fields.string("from").filter(text -> !text.isEmpty());
    Map<String, Digest> files = files(fields.object("files"));
    if (from.isEmpty() == files.isEmpty()) {
      throw ApiException.badRequest("either from or files is required");
    }
    CreateRequest.Source source =
        from.isPresent()
            ? source(Catalog.name(from.get()), catalog)
            : new CreateRequest.FromBlobs(files);
    return new CreateFields(
        new CreateRequest(
            Catalog.name(Requests.model(fields)),
            source,
            fields.string("template"),
            fields.string("system"),
            parameters(fields.object("parameters")),
            messages(fields),
            fields.strings("license", FILES_MAX),
            List.copyOf(fields.object("adapters").node().propertyNames()),
            quantize(fields)));
  }

  /** A model of the store, or a file that the server was started with. */
  private static CreateRequest.Source source(ModelName from, Catalog catalog) {
    return catalog
        .file(from)
        .<CreateRequest.Source>map(CreateRequest.FromFile::new)
        .orElseGet(() -> new CreateRequest.FromModel(from));
  }

  private static Map<String, Digest> files(Fields files) {
    if (files.node().size() > FILES_MAX) {
      throw ApiException.badRequest(
          "files must be at most %d, got %d".formatted(FILES_MAX, files.node().size()));
    }
    Map<String, Digest> digests = new LinkedHashMap<>();
    for (String name : files.node().propertyNames()) {
      try {
        digests.put(name, Digest.parse(files.required(name)));
      } catch (IllegalArgumentException e) {
        throw ApiException.badRequest("files must map names to digests, sha256:…");
      }
    }
    return digests;
  }

  private static SequencedMap<String, Object> parameters(Fields fields) {
    SequencedMap<String, Object> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : fields.node().properties()) {
      Object value = JsonMapper.shared().treeToValue(entry.getValue(), Object.class);
      if (value != null) {
        parameters.put(entry.getKey(), Parameters.typed(entry.getKey(), value));
      }
    }
    return parameters;
  }

  private static List<StoredModel.Turn> messages(Fields fields) {
    List<StoredModel.Turn> turns = new ArrayList<>();
    for (JsonNode element : fields.list("messages", Requests.MESSAGES_MAX)) {
      Fields message = Fields.of(element, "messages");
      turns.add(
          new StoredModel.Turn(message.required("role"), message.string("content").orElse("")));
    }
    return turns;
  }

  private static Optional<FileType> quantize(Fields fields) {
    return fields
        .string("quantize")
        .filter(text -> !text.isEmpty())
        .map(text -> {
          try {
            return FileType.valueOf(text.toUpperCase(Locale.ROOT));
          } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("quantize is not a type that Hanok writes");
          }
        });
  }
}
