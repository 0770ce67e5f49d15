package hanok.train.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The diary of a run, for programs: a line of JSON for everything that is measured or said, written
 * at once. {@code {"step": 10, "train/loss": 3.2, …}}, or {@code {"step": 10, "prompt": "…",
 * "text": "…"}}. What is not finite is null, since JSON has no word for it.
 */
public final class MetricsLog implements AutoCloseable {
  private static final String STEP = "step";
  private static final String PROMPT = "prompt";
  private static final String TEXT = "text";

  /** A line that could be read. */
  private record Entry(@Nullable Metrics metrics, @Nullable Sample sample) {
    long step() {
      return metrics != null ? metrics.step() : sample != null ? sample.step() : 0;
    }
  }

  private final FileChannel file;

  private MetricsLog(FileChannel file) {
    this.file = file;
  }

  /**
   * Goes on with a diary, or begins one. What is behind the step that a run is resumed at, and a
   * last line that broke off, is taken away: it will be written again.
   *
   * @param resumedAt the last step that stays; 0 to begin anew
   * @throws UncheckedIOException if the file cannot be written
   */
  public static MetricsLog open(Path path, long resumedAt) {
    try {
      long kept = Files.exists(path) ? bytesUpTo(path, resumedAt) : 0;
      FileChannel file = FileChannel.open(path, CREATE, READ, WRITE);
      try {
        file.truncate(kept).position(kept);
        return new MetricsLog(file);
      } catch (IOException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytesUpTo(Path path, long step) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    int kept = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        Entry entry = parse(new String(bytes, kept, i - kept, UTF_8));
        if (entry == null || entry.step() > step) {
          break;
        }
        kept = i + 1;
      }
    }
    return kept;
  }

  /**
   * Reads a diary, up to a line that broke off.
   *
   * @throws UncheckedIOException if there is none
   */
  public static History read(Path path) {
    List<Metrics> metrics = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    try {
      for (String line : Files.readString(path).split("\n", -1)) {
        Entry entry = parse(line);
        if (entry == null) {
          break;
        }
        if (entry.metrics() != null) {
          metrics.add(entry.metrics());
        }
        if (entry.sample() != null) {
          samples.add(entry.sample());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new History(metrics, samples);
  }

  /** A line, or null if it is none of ours. */
  private static @Nullable Entry parse(String line) {
    try {
      JsonNode json = JsonMapper.shared().readTree(line);
      if (!json.path(STEP).isIntegralNumber()) {
        return null;
      }
      long step = json.path(STEP).asLong();
      if (json.has(PROMPT)) {
        String prompt = json.path(PROMPT).asString("");
        return new Entry(null, new Sample(step, prompt, json.path(TEXT).asString("")));
      }
      SequencedMap<String, Double> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        if (!field.getKey().equals(STEP)) {
          values.put(field.getKey(), field.getValue().asDouble(Double.NaN));
        }
      }
      return new Entry(new Metrics(step, values), null);
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Writes what was measured. */
  public void add(Metrics metrics) {
    ObjectNode json = JsonMapper.shared().createObjectNode().put(STEP, metrics.step());
    metrics
        .values()
        .forEach((name, value) -> json.put(name, Double.isFinite(value) ? value : null));
    write(json);
  }

  /** Writes what was said. */
  public void add(Sample sample) {
    write(
        JsonMapper.shared()
            .createObjectNode()
            .put(STEP, sample.step())
            .put(PROMPT, sample.prompt())
            .put(TEXT, sample.text()));
  }

  private void write(ObjectNode json) {
    ByteBuffer line = ByteBuffer.wrap((json + "\n").getBytes(UTF_8));
    try {
      while (line.hasRemaining()) {
        file.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
