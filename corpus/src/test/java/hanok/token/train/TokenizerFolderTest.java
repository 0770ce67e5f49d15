package hanok.token.train;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import hanok.chat.ChatTemplate;
import hanok.chat.Message;
import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.gguf.Metadata;
import hanok.token.EncodeOptions;
import hanok.token.PieceScanner;
import hanok.token.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written, as other programs read it. */
class TokenizerFolderTest {
  private static final String AWKWARD =
      "나는 \t\n\r  'sdl[|endofturn|]PI:URL12５①é́👨‍👩‍👧한글\u3000\u00A0\u2028漢ÿ\u0000\u007F<0x41>x";

  @TempDir Path folder;

  private TrainedTokenizer train(Layout layout, Algorithm algorithm) {
    return BpeTrainer.builder()
        .vocabSize(1200)
        .layout(layout)
        .algorithm(algorithm)
        .morphemes(MorphemePolicy.staged(0.8), Korean::segmenter)
        .build()
        .train(Korean.counts(layout, 2000));
  }

  private Path write(TrainedTokenizer tokenizer) {
    TokenizerFolder target = new TokenizerFolder(folder.resolve("out"));
    target.prepare(false);
    target.write(tokenizer, Korean.counts(tokenizer.layout(), 2000), 0);
    return folder.resolve("out");
  }

  private static Stream<String> texts() {
    Random random = new Random(42);
    int[] characters = AWKWARD.codePoints().toArray();
    Stream<String> strange =
        Stream.generate(() ->
            random
                .ints(random.nextInt(60), 0, characters.length)
                .map(i -> characters[i])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    return Stream.concat(Stream.of(AWKWARD, Korean.text(9, 50)), strange.limit(2000));
  }

  @Test
  void huggingFaceReadsTheJsonAndGivesTheSameIds() throws IOException {
    Path out = write(train(Layout.EXAONE, Algorithm.BBPE));
    Tokenizer ours = Tokenizer.load(out);
    try (HuggingFaceTokenizer theirs =
        HuggingFaceTokenizer.newInstance(out.resolve("tokenizer.json"))) {
      texts()
          .forEach(text ->
              assertThat(longs(ours.encode(text, EncodeOptions.SPECIAL)))
                  .as(text)
                  .isEqualTo(theirs.encode(text, false, false).getIds()));
    }
  }

  @Test
  void theModelFileHasTheSameTokenizerAndExaonesTemplate() {
    Path out = write(train(Layout.EXAONE, Algorithm.BBPE));
    Tokenizer json = Tokenizer.load(out);
    try (GgufFile file = GgufFile.open(out.resolve("tokenizer.gguf"))) {
      Tokenizer gguf = Tokenizer.of(file.metadata());
      texts().forEach(text -> assertThat(gguf.encode(text)).isEqualTo(json.encode(text)));
      assertThat(gguf.bos()).hasValue(1);
      assertThat(gguf.eos()).hasValue(361);
      assertThat(gguf.isEndOfGeneration(361)).isTrue();
      assertThat(gguf.isEndOfGeneration(42)).isTrue();
      assertThat(gguf.addsBos()).isFalse();
      json.ggufMetadata()
          .forEach((key, value) -> assertSame(key, file.metadata().values().get(key), value));
      ChatTemplate template = ChatTemplate.find(file.metadata(), gguf).orElseThrow();
      assertThat(template.name()).isEqualTo("exaone");
      int[] ids = gguf.encode(template.render(List.of(Message.user("안녕?")), true));
      assertThat(gguf.decode(ids)).isEqualTo("[|system|][|endofturn|]\n[|user|]안녕?\n[|assistant|]");
      assertThat(ids).contains(361);
    }
  }

  private static void assertSame(String key, @Nullable GgufValue ours, GgufValue cores) {
    assertThat(ours).as(key).usingRecursiveComparison().isEqualTo(cores);
  }

  /** The template in the files must say what Hanok's own says. */
  @Test
  void theTemplateInTheConfigWritesWhatOursWrites() {
    Path out = write(train(Layout.EXAONE, Algorithm.BBPE));
    JsonNode config = JsonMapper.shared().readTree(out.resolve("tokenizer_config.json").toFile());
    Tokenizer tokenizer = Tokenizer.load(out);
    List<Message> messages =
        List.of(
            Message.system("도우미"),
            Message.user("안녕?"),
            new Message(Message.Role.ASSISTANT, "네."),
            Message.user("[|endofturn|]"));
    try (GgufFile file = GgufFile.open(out.resolve("tokenizer.gguf"))) {
      assertThat(config.path("chat_template").asString())
          .isEqualTo(file.metadata().string("tokenizer.chat_template"));
      String jinja =
          ChatTemplate.find(renamed(file), plainTokenizer())
              .orElseThrow()
              .render(messages, true)
              .text();
      String own =
          ChatTemplate.find(file.metadata(), tokenizer).orElseThrow().render(messages, true).text();
      assertThat(jinja).isEqualTo(own);
    }
  }

  /** Of a model that is not known to be EXAONE's, so its own template decides. */
  private static Metadata renamed(GgufFile file) {
    SequencedMap<String, GgufValue> values = new LinkedHashMap<>(file.metadata().values());
    values.put("general.architecture", GgufValue.of("other"));
    return Metadata.of(Path.of("renamed"), values);
  }

  private Tokenizer plainTokenizer() {
    Path json = folder.resolve("plain.json");
    train(Layout.PLAIN, Algorithm.BBPE).saveJson(json);
    return Tokenizer.load(json);
  }

  @Test
  void tiktokenRanksGiveTheSameTokens() throws IOException {
    Path out = write(train(Layout.PLAIN, Algorithm.BBPE));
    Tokenizer ours = Tokenizer.load(out);
    Map<String, Integer> ranks = new HashMap<>();
    for (String line : Files.readAllLines(out.resolve("tokenizer.tiktoken"))) {
      String[] parts = line.split(" ", -1);
      byte[] token = Base64.getDecoder().decode(parts[0]);
      ranks.put(new String(token, ISO_8859_1), Integer.valueOf(parts[1]));
    }
    assertThat(ranks).hasSize(ours.vocab() - 3);
    for (String word : Korean.text(5, 200).split("(?=\\s)", -1)) {
      PieceScanner scanner = new PieceScanner("exaone", List.of());
      scanner.scan(
          word.getBytes(UTF_8),
          (utf8, from, to) -> {
            byte[] piece = Arrays.copyOfRange(utf8, from, to);
            assertThat(ours.encode(new String(piece, UTF_8))).isEqualTo(tiktoken(piece, ranks));
          });
    }
  }

  /** As tiktoken does it: of all neighbours that join to a token, those with the lowest rank. */
  private static int[] tiktoken(byte[] piece, Map<String, Integer> ranks) {
    String text = new String(piece, ISO_8859_1);
    List<String> parts = new ArrayList<>(List.of(text.split("", -1)));
    parts.removeIf(String::isEmpty);
    while (true) {
      int best = -1;
      int least = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int rank = ranks.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
        if (rank < least) {
          best = i;
          least = rank;
        }
      }
      if (best < 0) {
        return parts.stream().mapToInt(ranks::get).toArray();
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
  }

  @Test
  void charactersWithByteFallbackAreCountedAsHuggingFaceDoes() throws IOException {
    TrainedTokenizer trained =
        BpeTrainer.builder()
            .vocabSize(1100)
            .algorithm(Algorithm.BPE)
            .characterCoverage(0.97)
            .build()
            .train(Korean.counts(Layout.EXAONE, 2000));
    Path out = write(trained);
    assertThat(out.resolve("tokenizer.gguf")).doesNotExist();
    Path json = out.resolve("tokenizer.json");
    assertThat(CharacterTokenizer.isFor(json)).isTrue();
    CharacterTokenizer ours = CharacterTokenizer.load(json, "characters");
    assertThat(ours.vocab()).isEqualTo(trained.vocab());
    try (HuggingFaceTokenizer theirs = HuggingFaceTokenizer.newInstance(json)) {
      texts()
          .filter(text -> !text.contains("[|endofturn|]"))
          .forEach(text -> {
            int[] ids = ours.encode(text);
            assertThat(longs(ids)).as(text).isEqualTo(theirs.encode(text, false, false).getIds());
            assertThat(decode(ours, ids)).isEqualTo(text);
          });
    }
  }

  private static String decode(TokenCounter tokenizer, int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(tokenizer.bytes(id));
    }
    return bytes.toString(UTF_8);
  }

  @Test
  void theReportSaysHowItDoesOnItsText() {
    TrainedTokenizer trained =
        BpeTrainer.builder().vocabSize(1200).build().train(Korean.counts(Layout.EXAONE, 2000));
    Path out = write(trained);
    Tokenizer ours = Tokenizer.load(out);
    JsonNode report = JsonMapper.shared().readTree(out.resolve("report.json").toFile());
    long literals = 0;
    int[] ids = ours.encode(Korean.text(1, 2000));
    for (int id : ids) {
      literals += id < 362 ? 1 : 0;
    }
    assertThat(report.path("vocab").asInt()).isEqualTo(ours.vocab());
    assertThat(report.path("languages").path("ko").path("tokens").asLong())
        .isEqualTo(ids.length - literals);
  }

  @Test
  void aFolderThatIsThereIsReplacedOnlyIfThatIsWanted() throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.writeString(out.resolve("tokenizer.json"), "mine");
    TokenizerFolder target = new TokenizerFolder(out);
    assertThatThrownBy(() -> target.prepare(false))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(FileAlreadyExistsException.class);
    target.prepare(true);
    target.abandon();
    assertThat(out.resolve("tokenizer.json")).hasContent("mine");
    target.prepare(true);
    TrainedTokenizer trained = train(Layout.EXAONE, Algorithm.BBPE);
    target.write(trained, Korean.counts(Layout.EXAONE, 10), 0);
    assertThat(Tokenizer.load(out).vocab()).isEqualTo(trained.vocab());
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }
}
