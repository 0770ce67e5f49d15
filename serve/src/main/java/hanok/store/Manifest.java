package hanok.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model is made of, as Ollama writes it: Docker's image manifest, version 2.
 *
 * @param bytes as they are in the file; their digest is the model's
 */
record Manifest(byte[] bytes, Layer config, List<Layer> layers) {
  static final int BYTES_MAX = 1 << 20;
  static final String MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

  /** No layer is a petabyte; below, sizes can be added up. */
  private static final long LAYER_BYTES_MAX = 1L << 50;

  /**
   * Reads a manifest, trusting nothing in it.
   *
   * @throws IntegrityException if it is none
   */
  static Manifest parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new IntegrityException(
          "a manifest of more than %d bytes is too large".formatted(BYTES_MAX));
    }
    JsonNode root = json(bytes, "the manifest");
    if (root.path("schemaVersion").asInt(0) != 2) {
      throw new IntegrityException("the manifest is not of schemaVersion 2");
    }
    List<Layer> layers = new ArrayList<>();
    for (JsonNode node : root.path("layers")) {
      layers.add(layer(node));
    }
    if (layers.isEmpty()) {
      throw new IntegrityException("the manifest has no layers");
    }
    return new Manifest(bytes, layer(root.path("config")), List.copyOf(layers));
  }

  private static Layer layer(JsonNode node) {
    JsonNode size = node.path("size");
    JsonNode digest = node.path("digest");
    JsonNode type = node.path("mediaType");
    if (!size.canConvertToLong() || !digest.isString() || !type.isString()) {
      throw new IntegrityException("the manifest has a layer without mediaType, digest or size");
    }
    long bytes = size.longValue();
    if (bytes <= 0 || bytes > LAYER_BYTES_MAX) {
      throw new IntegrityException(
          "the manifest has a layer of %d bytes; 1 to %d are possible"
              .formatted(bytes, LAYER_BYTES_MAX));
    }
    try {
      return new Layer(type.stringValue(), Digest.parse(digest.stringValue()), bytes);
    } catch (IllegalArgumentException e) {
      throw new IntegrityException("the manifest is wrong: " + e.getMessage());
    }
  }

  /** JSON that came from somewhere. */
  static JsonNode json(byte[] bytes, String what) {
    try {
      return JsonMapper.shared().readTree(bytes);
    } catch (JacksonException e) {
      throw new IntegrityException(what + " is not JSON: " + e.getOriginalMessage());
    }
  }

  /** A manifest of these layers. */
  static Manifest of(Layer config, List<Layer> layers) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("schemaVersion", 2).put("mediaType", MEDIA_TYPE);
    write(config, root.putObject("config"));
    ArrayNode array = root.putArray("layers");
    layers.forEach(layer -> write(layer, array.addObject()));
    return new Manifest(JsonMapper.shared().writeValueAsBytes(root), config, List.copyOf(layers));
  }

  private static void write(Layer layer, ObjectNode node) {
    node.put("mediaType", layer.mediaType())
        .put("digest", layer.digest().toString())
        .put("size", layer.size());
  }

  Digest digest() {
    return Digest.of(bytes);
  }

  /** Config and layers, each digest once. */
  List<Layer> blobs() {
    Set<Digest> seen = new HashSet<>();
    return Stream.concat(Stream.of(config), layers.stream())
        .filter(layer -> seen.add(layer.digest()))
        .toList();
  }

  List<Layer> layers(String type) {
    return layers.stream().filter(layer -> layer.is(type)).toList();
  }

  /** Bytes of all blobs. */
  long size() {
    return blobs().stream().mapToLong(Layer::size).sum();
  }
}
