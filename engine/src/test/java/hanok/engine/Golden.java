package hanok.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What llama.cpp answered for one golden model; see docs/golden.md.
 *
 * @param logits of the last positions of the prompt, from {@code logitsFrom} on, {@code [n][vocab]}
 * @param margins by how much the greedy token led at each step
 */
public record Golden(
    String name, int[] prompt, int logitsFrom, float[][] logits, int[] greedy, float[] margins) {
  public static final Path FOLDER = Path.of("..", "golden");

  /** Below this lead over the second, rounding may decide which token is the greedy one. */
  public static final float CLEAR_MARGIN = 0.05f;

  public static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".gguf"))
          .map(name -> name.substring(0, name.length() - 5))
          .sorted()
          .toList()
          .stream();
    }
  }

  public static Golden read(String name) throws IOException {
    JsonNode json = JsonMapper.shared().readTree(Files.readString(FOLDER.resolve(name + ".json")));
    int[] prompt = ints(json.get("prompt"));
    int from = json.get("logits_from").intValue();
    float[][] logits = new float[prompt.length - from][json.get("vocab").intValue()];
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(name + ".f32")));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : logits) {
      for (int i = 0; i < row.length; i++) {
        row[i] = bytes.getFloat();
      }
    }
    JsonNode margins = json.get("margins");
    float[] leads = new float[margins.size()];
    for (int i = 0; i < leads.length; i++) {
      leads[i] = margins.get(i).floatValue();
    }
    return new Golden(name, prompt, from, logits, ints(json.get("greedy")), leads);
  }

  public Path gguf() {
    return FOLDER.resolve(name + ".gguf");
  }

  /** The mean square of the difference, relative to the mean square of {@code expected}. */
  public static double nmse(float[] actual, float[] expected) {
    double difference = 0;
    double power = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      power += (double) expected[i] * expected[i];
    }
    return difference / power;
  }

  public static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }
}
