package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.corpus.DocumentOptions;
import hanok.token.ByteAlphabet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Our vocabularies and merges against those of Hugging Face's trainer, recorded by {@code
 * huggingface.mjs}; it reads a file line by line, each with its line break.
 */
class HuggingFaceTrainerTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"text", "repeats", "splits", "ties"})
  void vocabularyAndMergesAreTheSame(String name) throws IOException {
    PieceCounts counts =
        new PieceCounts(new PieceCounts.Cut("exaone", List.of(), DocumentOptions.DEFAULT));
    for (String line : resource(name + ".txt").split("(?<=\n)", -1)) {
      counts.add("", line);
    }
    TrainedTokenizer ours =
        BpeTrainer.builder()
            .vocabSize(30_000)
            .layout(Layout.NONE)
            .allBytes(false)
            .minFrequency(1)
            .build()
            .train(counts);
    List<String> expected = resource(name + ".hf.txt").lines().toList();
    assertThat(spelled(ours)).isEqualTo(expected);
    assertThat(saved(ours)).isEqualTo(expected);
  }

  private static List<String> spelled(TrainedTokenizer tokenizer) {
    List<String> tokens =
        IntStream.range(0, tokenizer.vocab())
            .mapToObj(tokenizer.lexicon()::bytes)
            .map(bytes -> ByteAlphabet.spell(bytes, 0, bytes.length))
            .toList();
    List<String> lines = new ArrayList<>();
    lines.add(tokens.size() + " " + tokenizer.merges().size());
    lines.addAll(tokens);
    tokenizer
        .merges()
        .forEach(merge -> lines.add(tokens.get(merge.left()) + " " + tokens.get(merge.right())));
    return lines;
  }

  private List<String> saved(TrainedTokenizer tokenizer) {
    Path file = folder.resolve("tokenizer.json");
    tokenizer.saveJson(file);
    JsonNode model = JsonMapper.shared().readTree(file.toFile()).path("model");
    List<String> lines = new ArrayList<>();
    lines.add(model.path("vocab").size() + " " + model.path("merges").size());
    model.path("vocab").propertyStream().forEach(token -> lines.add(token.getKey()));
    model
        .path("merges")
        .forEach(merge -> lines.add(merge.get(0).asString() + " " + merge.get(1).asString()));
    return lines;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HuggingFaceTrainerTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    }
  }
}
