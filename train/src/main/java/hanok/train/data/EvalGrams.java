package hanok.train.data;

import hanok.gguf.MalformedModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a model must not have read before it is examined: the texts of all evaluation sets in a
 * folder. A text that shares one {@linkplain Grams 13-gram of words, or 25-gram of Korean letters},
 * with one of them counts as copied. Texts shorter than that are in every corpus and prove nothing;
 * they are not looked for. Immutable, and for any number of threads.
 */
public final class EvalGrams {
  private final LongSet grams = new LongSet();
  private long texts;
  private int files;
  private long sum;

  private EvalGrams() {}

  /**
   * Reads the sets of a folder and below: strings in JSON ({@code .json}, {@code .jsonl}), cells of
   * tables ({@code .tsv}), each also with {@code .gz}.
   *
   * @throws UncheckedIOException if there is none, or one cannot be read
   * @throws MalformedModelException if one is not what its name says
   */
  public static EvalGrams of(Path folder) {
    EvalGrams grams = new EvalGrams();
    for (Path file : files(folder)) {
      try {
        if (name(file).endsWith(".tsv")) {
          grams.addTable(file);
        } else {
          grams.addJson(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      grams.files++;
    }
    return grams;
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> below = Files.walk(folder)) {
      List<Path> files =
          below.filter(Files::isRegularFile).filter(EvalGrams::isKnown).sorted().toList();
      if (files.isEmpty()) {
        throw new NoSuchFileException(folder.resolve("*.jsonl").toString());
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isKnown(Path file) {
    String name = name(file);
    return name.endsWith(".json") || name.endsWith(".jsonl") || name.endsWith(".tsv");
  }

  /** Its name without {@code .gz}. */
  private static String name(Path file) {
    return TextInput.uncompressedName(file);
  }

  private void addTable(Path file) throws IOException {
    try (BufferedReader lines = TextInput.reader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        for (String cell : line.split("\t", -1)) {
          add(cell);
        }
      }
    }
  }

  private void addJson(Path file) throws IOException {
    try (InputStream in = TextInput.stream(file);
        JsonParser json = JsonMapper.shared().createParser(in)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          add(json.getString());
        }
      }
    } catch (JacksonException e) {
      throw new MalformedModelException(
          file, MalformedModelException.NOWHERE, "is not JSON: " + e.getOriginalMessage());
    }
  }

  private void add(String text) {
    texts++;
    Grams.any(
        text,
        gram -> {
          grams.add(gram);
          sum += gram;
          return false;
        });
  }

  /** Whether a text has copied from an evaluation set. */
  public boolean hits(CharSequence text) {
    return Grams.any(text, grams::contains);
  }

  /** How many files were read. */
  public int files() {
    return files;
  }

  /** How many texts are in them, also those too short to be looked for. */
  public long texts() {
    return texts;
  }

  /** Tells one choice of evaluation sets from another. */
  long fingerprint() {
    return Mix.bits(sum, grams.size());
  }
}
