package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgmlType;
import hanok.gguf.GgufValue;
import hanok.gguf.GgufWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Small models, and stores of Ollama as its documentation lays them out, without our own code. */
final class Samples {
  static final Path GOLDEN = Path.of("..", "golden");
  static final String CONFIG =
      """
      {"model_format":"gguf","model_family":"llama","model_families":["llama"],\
      "model_type":"1.2M","file_type":"F32"}\
      """;

  private Samples() {}

  /** A GGUF file of one random tensor, which no two seeds share. */
  static byte[] gguf(long seed, Map<String, String> keys) throws IOException {
    Path file = Files.createTempFile("sample", ".gguf");
    GgufWriter writer = new GgufWriter();
    writer.put("general.architecture", GgufValue.of("llama"));
    writer.put("general.file_type", GgufValue.uint32(0));
    keys.forEach((key, value) -> writer.put(key, GgufValue.of(value)));
    writer.tensor("t", GgmlType.F32, new long[] {64, 64}, noise(seed, 64 * 64 * 4)).write(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /** The parts of a model in {@code count} files. */
  static List<byte[]> parts(int count) throws IOException {
    List<byte[]> parts = new ArrayList<>();
    for (int part = 0; part < count; part++) {
      Path file = Files.createTempFile("part", ".gguf");
      GgufWriter writer = new GgufWriter();
      writer.put("general.architecture", GgufValue.of("llama"));
      writer.put("general.file_type", GgufValue.uint32(0));
      writer.put("split.no", GgufValue.uint32(part));
      writer.put("split.count", GgufValue.uint32(count));
      writer.put("split.tensors.count", GgufValue.uint32(count));
      writer.tensor("t" + part, GgmlType.F32, new long[] {64, 16}, noise(part, 4096)).write(file);
      parts.add(Files.readAllBytes(file));
      Files.delete(file);
    }
    return parts;
  }

  private static GgufWriter.Source noise(long seed, int bytes) {
    return channel -> channel.write(ByteBuffer.wrap(bytes(seed, bytes)));
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** One layer of a model, as bytes. */
  record Blob(String type, byte[] bytes) {
    static Blob of(String type, String text) {
      return new Blob("application/vnd.ollama.image." + type, text.getBytes(UTF_8));
    }

    String digest() {
      return "sha256:" + Digest.of(bytes).hex();
    }

    String json() {
      return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
          .formatted(type, digest(), bytes.length);
    }
  }

  static Blob config() {
    return new Blob("application/vnd.docker.container.image.v1+json", CONFIG.getBytes(UTF_8));
  }

  static Blob weights(byte[] gguf) {
    return new Blob("application/vnd.ollama.image.model", gguf);
  }

  static String manifest(Blob config, List<Blob> layers) {
    return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\","
        + "\"config\":"
        + config.json()
        + ",\"layers\":["
        + String.join(",", layers.stream().map(Blob::json).toList())
        + "]}";
  }

  /** Writes a model into a store of Ollama's. */
  static void ollama(Path root, String path, List<Blob> layers) throws IOException {
    Path blobs = Files.createDirectories(root.resolve("blobs"));
    List<Blob> all = new ArrayList<>(layers);
    all.add(config());
    for (Blob blob : all) {
      Files.write(blobs.resolve(blob.digest().replace(':', '-')), blob.bytes());
    }
    Path manifest = root.resolve("manifests").resolve(path);
    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, manifest(config(), layers));
  }

  /** A request without anything but a source. */
  static CreateRequest request(String name, CreateRequest.Source source) {
    return new CreateRequest(
        ModelName.parse(name),
        source,
        Optional.empty(),
        Optional.empty(),
        new java.util.LinkedHashMap<>(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  static CreateRequest request(String name, Path folder, String modelfile) {
    return CreateRequest.of(
        ModelName.parse(name), Modelfile.parse(modelfile), folder, true, Optional.empty());
  }

  /** All files under a folder and what is in them. */
  static SequencedMap<String, Digest> contents(Path folder) throws IOException {
    SequencedMap<String, Digest> contents = new TreeMap<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(folder.relativize(file).toString(), Digest.of(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}
