package hanok.safetensors;

import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code model.safetensors.index.json}: which shard holds which tensor. */
final class ShardIndex {
  private static final long BYTES_MAX = 100 << 20;

  /** A plain file name: an index must not lead out of its folder. */
  private static final Pattern FILE_NAME = Pattern.compile("[\\w][\\w.\\- ]*\\.safetensors");

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ShardIndex() {}

  /** The shard's file name of every tensor. */
  static SequencedMap<String, String> read(Path index) {
    JsonNode map = parse(index).path("weight_map");
    if (!map.isObject()) {
      throw malformed(index, "the index has no object weight_map");
    }
    SequencedMap<String, String> fileOfTensor = new LinkedHashMap<>();
    for (var entry : map.properties()) {
      String file = entry.getValue().isString() ? entry.getValue().stringValue() : "";
      if (!FILE_NAME.matcher(file).matches()) {
        throw malformed(
            index, "tensor %s is put in %s".formatted(entry.getKey(), entry.getValue()));
      }
      fileOfTensor.put(entry.getKey(), file);
    }
    return fileOfTensor;
  }

  private static JsonNode parse(Path index) {
    try {
      if (Files.size(index) > BYTES_MAX) {
        throw malformed(
            index,
            "the index has %d bytes; %d are possible".formatted(Files.size(index), BYTES_MAX));
      }
      return MAPPER.readTree(Files.readAllBytes(index));
    } catch (JacksonException e) {
      throw new MalformedModelException(
          index, MalformedModelException.NOWHERE, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MalformedModelException malformed(Path index, String reason) {
    return new MalformedModelException(index, MalformedModelException.NOWHERE, reason);
  }
}
