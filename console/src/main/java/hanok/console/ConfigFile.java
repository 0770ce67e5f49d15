package hanok.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.EnumNamingStrategies;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Settings in YAML (1.2, so also JSON) as records: a key {@code batch_tokens} is the component
 * {@code batchTokens}. Keys that the record lacks are refused, with the one that was probably
 * meant; so are keys said twice. What is left out is null, or 0, for the record to fill in.
 */
public final class ConfigFile {
  private ConfigFile() {}

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enumNamingStrategy(EnumNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /**
   * Reads a file into a record, whose package is open to Jackson.
   *
   * @throws Failure with file, line and key, if it is no such record; or if there is no file
   */
  public static <T> T read(Path file, Class<T> type) {
    if (!Files.isRegularFile(file)) {
      throw new Failure(ExitCode.NOT_FOUND, "error.noSuchFile", file);
    }
    YamlLines lines = lines(file);
    if (lines.isEmpty()) {
      throw new Failure(ExitCode.USAGE, "config.empty", file);
    }
    try {
      return YAML.readValue(file, type);
    } catch (UnrecognizedPropertyException e) {
      throw unknown(file, lines, e);
    } catch (DatabindException e) { // a value of the wrong kind, or one that the record refuses
      String key = path(e);
      throw new Failure(ExitCode.USAGE, "config.value", file, lines.of(key), key, reason(e));
    }
  }

  private static YamlLines lines(Path file) {
    try (JsonParser parser = YAML.createParser(file)) {
      return new YamlLines(parser);
    } catch (JacksonException e) {
      TokenStreamLocation location = e.getLocation();
      int line = location == null ? 1 : location.getLineNr();
      throw new Failure(ExitCode.USAGE, "config.syntax", file, line, reason(e));
    }
  }

  private static Failure unknown(Path file, YamlLines lines, UnrecognizedPropertyException e) {
    String key = e.getPropertyName();
    int line = lines.of(path(e));
    Collection<Object> known = Objects.requireNonNullElse(e.getKnownPropertyIds(), List.of());
    List<String> names = known.stream().map(String::valueOf).sorted().toList();
    return Suggestions.nearest(key, names)
        .map(meant -> new Failure(ExitCode.USAGE, "config.meant", file, line, key, meant))
        .orElseGet(() -> {
          String all = String.join(", ", names);
          return new Failure(ExitCode.USAGE, "config.unknown", file, line, key, all);
        });
  }

  private static String path(DatabindException e) {
    return e.getPath().stream().map(ConfigFile::step).collect(Collectors.joining("."));
  }

  private static String step(JacksonException.Reference step) {
    String name = step.getPropertyName();
    return name == null ? Integer.toString(step.getIndex()) : name;
  }

  private static String reason(JacksonException e) {
    Throwable cause = e.getCause();
    boolean ours = cause instanceof IllegalArgumentException && cause.getMessage() != null;
    String text = ours ? Objects.requireNonNull(cause).getMessage() : e.getOriginalMessage();
    // SnakeYAML says what it was at, what it missed there, and quotes indented lines after each.
    return String.valueOf(text)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .limit(2)
        .collect(Collectors.joining(": "));
  }
}
