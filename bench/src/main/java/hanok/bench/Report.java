package hanok.bench;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that one run has measured.
 *
 * @param model name of the file
 * @param memoryBytesPerSecond what the machine reads with as many threads, in the same run
 * @param loadSeconds until the model could answer, with the file in the page cache
 * @param residentBytes of the process after the tests; -1 where the system does not tell
 * @param results ours
 * @param peer llama.cpp's for the same tests, by their names; empty without a peer
 */
public record Report(
    String model,
    long modelBytes,
    int threads,
    double memoryBytesPerSecond,
    double loadSeconds,
    long residentBytes,
    List<Measurement> results,
    Map<String, Measurement> peer) {

  /** Which part of the memory's speed a test reaches; 0 for prompts. */
  public double shareOfMemoryWall(Measurement result) {
    return result.bytesPerSecond() / memoryBytesPerSecond;
  }

  /** How many times the peer's speed a test reaches; 0 without a peer. */
  public double ratio(Measurement result) {
    Measurement other = peer.get(result.test());
    return other == null ? 0 : result.tokensPerSecond() / other.tokensPerSecond();
  }

  /** The report as one JSON object. */
  public String json() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("model", model);
    root.put("modelBytes", modelBytes);
    root.put("threads", threads);
    root.put("memoryBytesPerSecond", memoryBytesPerSecond);
    root.put("loadSeconds", loadSeconds);
    root.put("residentBytes", residentBytes);
    ArrayNode array = root.putArray("results");
    for (Measurement result : results) {
      ObjectNode node = array.addObject();
      node.put("test", result.test());
      node.put("tokensPerSecond", result.tokensPerSecond());
      node.put("spread", result.spread());
      result.samples().forEach(node.putArray("samples")::add);
      if (result.bytesPerToken() > 0) {
        node.put("bytesPerSecond", result.bytesPerSecond());
        node.put("shareOfMemoryWall", shareOfMemoryWall(result));
      }
      Measurement other = peer.get(result.test());
      if (other != null) {
        node.put("peerTokensPerSecond", other.tokensPerSecond());
        other.samples().forEach(node.putArray("peerSamples")::add);
        node.put("ratio", ratio(result));
      }
    }
    return root.toString();
  }
}
