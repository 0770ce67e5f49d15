package hanok.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether ours and Hugging Face's library give the same ids for every document of a corpus. Prints
 * how many documents and ids there were, and fails at the first that differs. See
 * docs/tokenizer.md for how to run it.
 *
 * <pre>TokenizerParity V.gguf V.json FOLDER</pre>
 *
 * The folder has {@code .jsonl.gz} files, whose lines have a field {@code text}.
 */
public final class TokenizerParity {
  private final Tokenizer ours;
  private final BulkEncoder bulk;
  private final HuggingFaceTokenizer theirs;
  private long documents;
  private long bytes;
  private long ids;

  private TokenizerParity(Tokenizer ours, HuggingFaceTokenizer theirs) {
    this.ours = ours;
    this.theirs = theirs;
    bulk = ours.bulk(EncodeOptions.TEXT);
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("V.gguf V.json FOLDER are wanted");
    }
    Tokenizer ours = Tokenizer.load(Path.of(arguments[0]));
    Map<String, String> options = Map.of("truncation", "false");
    try (HuggingFaceTokenizer theirs =
            HuggingFaceTokenizer.newInstance(Path.of(arguments[1]), options);
        Stream<Path> files = Files.list(Path.of(arguments[2]))) {
      List<Path> corpus =
          files.filter(file -> file.toString().endsWith(".jsonl.gz")).sorted().toList();
      TokenizerParity parity = new TokenizerParity(ours, theirs);
      for (Path file : corpus) {
        parity.compare(file);
      }
      if (parity.documents == 0) {
        throw new IllegalArgumentException("no documents in " + arguments[2]);
      }
      System.out.printf(
          "%d files, %d documents, %.1f MB, %d ids: all the same%n",
          corpus.size(), parity.documents, parity.bytes / 1e6, parity.ids);
    }
  }

  private void compare(Path file) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line; (line = lines.readLine()) != null; ) {
        number++;
        compare(JsonMapper.shared().readTree(line).path("text").asString(), file, number);
      }
    }
  }

  private void compare(String text, Path file, int line) {
    long[] expected = theirs.encode(text, false, false).getIds();
    int[] single = ours.encode(text);
    long[] actual = Arrays.stream(single).asLongStream().toArray();
    if (!Arrays.equals(actual, expected) || !Arrays.equals(bulk.encode(text), single)) {
      int at = Arrays.mismatch(actual, expected);
      throw new IllegalStateException(
          "%s, line %d: other ids from %d on".formatted(file, line, Math.max(0, at)));
    }
    documents++;
    bytes += text.getBytes(StandardCharsets.UTF_8).length;
    ids += single.length;
  }
}
