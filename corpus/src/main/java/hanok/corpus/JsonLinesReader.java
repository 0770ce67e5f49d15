package hanok.corpus;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON, an object a line. Its fields are read as a stream; nothing is made of those not asked for.
 */
final class JsonLinesReader implements DocumentReader {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Lines.MEBIBYTES_MAX << 20).build())
          .build();

  private final Lines lines;
  private final DocumentOptions options;

  JsonLinesReader(Path file, FileKind kind, DocumentOptions options) {
    this.options = options;
    lines = new Lines(file, kind);
  }

  @Override
  public @Nullable Document next() {
    while (lines.advance()) {
      if (!lines.isBlank()) {
        lines.requireUtf8();
        Document document = parse();
        if (document != null) {
          return document;
        }
      }
    }
    return null;
  }

  private @Nullable Document parse() {
    int length = lines.to() - lines.from();
    try (JsonParser json =
        JSON.createParser(ObjectReadContext.empty(), lines.buffer(), lines.from(), length)) {
      JsonToken first = json.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw lines.malformed("is no JSON object; a file of JSON must have a record a line");
      }
      return record(json);
    } catch (UnexpectedEndOfInputException e) {
      throw lines.malformed(
          lines.terminated()
              ? "ends in the middle of a record; a record must be on one line"
              : "is the last and breaks off in the middle of a record");
    } catch (JacksonException e) {
      throw lines.malformed("is not JSON: " + e.getOriginalMessage());
    }
  }

  private @Nullable Document record(JsonParser json) {
    String text = null;
    String lang = null;
    boolean found = false;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken value = json.nextToken();
      if (name.equals(options.textField())) {
        text = string(json, value, name);
        found = true;
      } else if (name.equals(options.langField())) {
        lang = string(json, value, name);
      } else {
        json.skipChildren();
      }
    }
    if (json.nextToken() != null) {
      throw lines.malformed("goes on after its record");
    }
    if (!found) {
      throw lines.malformed(
          "has no field \"%s\"; it has %s"
              .formatted(options.textField(), String.join(", ", names())));
    }
    return text == null ? null : new Document(text, lang == null ? options.lang() : lang);
  }

  private @Nullable String string(JsonParser json, JsonToken value, String name) {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value != JsonToken.VALUE_STRING) {
      throw lines.malformed("has something else than a string in its field \"%s\"".formatted(name));
    }
    return Surrogates.paired(json.getString());
  }

  /** The names of the fields of a line that has been read. */
  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    int length = lines.to() - lines.from();
    try (JsonParser json =
        JSON.createParser(ObjectReadContext.empty(), lines.buffer(), lines.from(), length)) {
      json.nextToken();
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        names.add('"' + name + '"');
        json.nextToken();
        json.skipChildren();
      }
    }
    return names.isEmpty() ? Set.of("none") : names;
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public long bytesTotal() {
    return lines.bytesTotal();
  }

  @Override
  public void close() {
    lines.close();
  }
}
