package hanok.train.data;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.corpus.Document;
import hanok.gguf.MalformedModelException;
import hanok.model.Progress;
import hanok.token.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeTest {
  private static final Tokenizer TOKENIZER = Samples.EXAONE;

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void writeInput() throws IOException {
    input = Files.writeString(folder.resolve("texts.jsonl"), "12345");
  }

  private List<TokenizeReport> run(
      Path out, List<Document> documents, double heldOut, int threads) {
    var settings = new Tokenize.Settings(heldOut, null, threads);
    return new Tokenize(TOKENIZER, settings)
        .run(List.of(input), out, _ -> Samples.reader(documents), Progress.NONE);
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .collect(toMap(f -> folder.relativize(f).toString(), TokenizeTest::bytes));
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anyNumberOfThreadsWritesTheSameBytes() throws IOException {
    List<Document> documents = Samples.documents(1, 3000);
    run(folder.resolve("one"), documents, 0.1, 1);
    run(folder.resolve("five"), documents, 0.1, 5);
    Map<String, byte[]> one = files(folder.resolve("one"));
    Map<String, byte[]> five = files(folder.resolve("five"));
    assertThat(one.keySet())
        .containsExactlyInAnyOrder(
            "texts.json",
            "train/texts.en.tokens",
            "train/texts.ko.tokens",
            "valid/texts.en.tokens",
            "valid/texts.ko.tokens");
    assertThat(five.keySet()).isEqualTo(one.keySet());
    one.forEach((name, bytes) -> assertThat(five.get(name)).as(name).isEqualTo(bytes));
  }

  @Test
  void documentsComeBackInOrderEachWithItsEnd() {
    List<Document> documents = Samples.documents(2, 200);
    TokenizeReport report = run(folder.resolve("out"), documents, 0, 2).getFirst();
    List<String> texts = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      TokenShard shard = TokenShard.open(folder.resolve("out/train/texts.ko.tokens"), arena);
      long from = 0;
      for (long d = 0; d < shard.header().documents(); d++) {
        int[] ids = new int[(int) (shard.end(d) - from)];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = shard.id(from + i);
        }
        from = shard.end(d);
        assertThat(ids[ids.length - 1]).isEqualTo(TOKENIZER.eos().orElseThrow());
        int first = TOKENIZER.addsBos() ? 1 : 0;
        texts.add(TOKENIZER.decode(java.util.Arrays.copyOfRange(ids, first, ids.length - 1)));
      }
    }
    assertThat(texts)
        .isEqualTo(
            documents.stream().filter(d -> d.lang().equals("ko")).map(Document::text).toList());
    assertThat(report.documents()).isEqualTo(200);
    assertThat(report.heldOut()).isZero();
  }

  @Test
  void whatIsHeldOutIsTheShareAskedForAndNeverAlsoTrainedOn() {
    List<Document> documents = new ArrayList<>(Samples.documents(3, 2000));
    documents.addAll(documents.subList(0, 500));
    TokenizeReport report = run(folder.resolve("out"), documents, 0.2, 2).getFirst();
    assertThat(report.heldOut()).isBetween(420L, 580L);
    try (Shards train = Shards.open(folder.resolve("out/train"));
        Shards valid = Shards.open(folder.resolve("out/valid"))) {
      assertThat(train.documents() + valid.documents()).isEqualTo(2500);
      assertThat(valid.documents()).isEqualTo(report.heldOut());
      assertThat(train.tokens() + valid.tokens()).isEqualTo(report.tokens());
      assertThat(train.textBytes() + valid.textBytes()).isEqualTo(report.textBytes());
      train.require(TOKENIZER);
      valid.verify();
    }
    long repeated =
        documents.subList(0, 500).stream().filter(d -> Mix.unit(Mix.bits(d.text())) < 0.2).count();
    assertThat(repeated).isPositive(); // and equal documents have equal bits, so equal sides
  }

  @Test
  void aFileThatIsDoneIsPassedOverUntilSomethingChanges() throws IOException {
    AtomicInteger opened = new AtomicInteger();
    List<Document> documents = Samples.documents(4, 50);
    Path out = folder.resolve("out");
    var tokenize = new Tokenize(TOKENIZER, new Tokenize.Settings(0, null, 1));
    for (int i = 0; i < 2; i++) {
      List<TokenizeReport> reports =
          tokenize.run(
              List.of(input),
              out,
              _ -> {
                opened.incrementAndGet();
                return Samples.reader(documents);
              },
              Progress.NONE);
      assertThat(reports.getFirst().documents()).isEqualTo(50);
      assertThat(opened).hasValue(1);
    }
    Files.setLastModifiedTime(input, FileTime.fromMillis(1));
    List<Document> english = documents.stream().filter(d -> d.lang().equals("en")).toList();
    run(out, english, 0, 1);
    assertThat(files(out).keySet())
        .containsExactlyInAnyOrder("texts.json", "train/texts.en.tokens");
  }

  @Test
  void aReaderThatFailsLeavesNoShard() throws IOException {
    Document broken = new Document("x", "not a language");
    List<Document> documents = new ArrayList<>(Samples.documents(5, 2000));
    documents.add(broken);
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> run(out, documents, 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"not a language\"");
    assertThat(files(out)).isEmpty();
  }

  @Test
  void twoFilesOfOneNameAreRefused() throws IOException {
    Path other =
        Files.writeString(Files.createDirectory(folder.resolve("b")).resolve("texts.gz"), "");
    var tokenize = new Tokenize(TOKENIZER, new Tokenize.Settings(0, null, 1));
    assertThatThrownBy(() ->
            tokenize.run(
                List.of(input, other), folder, _ -> Samples.reader(List.of()), Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("would both become texts.*.tokens");
  }

  @Test
  void blankDocumentsAndThoseThatCopyAnExamAreLeftOutAndCounted() throws IOException {
    String question =
        "Janet has 16 eggs and eats three of them for breakfast, how many does she sell on Monday?";
    String korean = "다음 글을 읽고 물음에 답하시오. 백제는 어느 왕 때에 패망하였는가를 쓰시오";
    Path sets = Files.createDirectory(folder.resolve("eval"));
    Files.writeString(
        sets.resolve("a.jsonl"),
        "{\"id\":1,\"question\":\"" + question + "\"}\n{\"turns\":[\"short\"]}\n");
    Files.writeString(sets.resolve("b.tsv"), "ID\tText\n1\t" + korean + "\n");
    EvalGrams grams = EvalGrams.of(sets);
    assertThat(grams.files()).isEqualTo(2);
    List<Document> documents =
        List.of(
            new Document("", "en"),
            new Document(" \n", "en"),
            new Document(
                "Before. " + question.toUpperCase(java.util.Locale.ROOT) + " After.", "en"),
            new Document("Before. " + question.substring(0, 40) + " After.", "en"),
            new Document("앞 " + korean.replace(" ", "") + "라고 했다", "ko"),
            new Document(korean.substring(0, 20), "ko"),
            new Document("a short text", "en"));
    var settings = new Tokenize.Settings(0, grams, 2);
    TokenizeReport report =
        new Tokenize(TOKENIZER, settings)
            .run(List.of(input), folder, _ -> Samples.reader(documents), Progress.NONE)
            .getFirst();
    assertThat(report.empty()).isEqualTo(2);
    assertThat(report.contaminated()).isEqualTo(2);
    assertThat(report.documents()).isEqualTo(3);
  }

  @Test
  void gramsAreThoseOfAPlainRecomputation() {
    var random = new java.util.Random(7);
    for (int round = 0; round < 300; round++) {
      String exam = Samples.text(random, 5 + random.nextInt(30));
      String text = Samples.text(random, random.nextInt(10)) + " ";
      text += exam.substring(random.nextInt(exam.length()));
      LongSet set = new LongSet();
      Grams.any(
          exam,
          gram -> {
            set.add(gram);
            return false;
          });
      assertThat(Grams.any(text, set::contains))
          .as("%s | %s", exam, text)
          .isEqualTo(share(exam, text));
    }
  }

  private static boolean share(String a, String b) {
    List<String> grams = plainGrams(a);
    return plainGrams(b).stream().anyMatch(grams::contains);
  }

  private static List<String> plainGrams(String text) {
    List<String> grams = new ArrayList<>();
    List<String> words =
        java.util.Arrays.stream(text.toLowerCase(java.util.Locale.ROOT).split("[^\\p{L}\\p{Nd}]+"))
            .filter(w -> !w.isEmpty())
            .toList();
    for (int i = 0; i + 13 <= words.size(); i++) {
      grams.add("words " + words.subList(i, i + 13));
    }
    int[] letters = String.join("", words).codePoints().toArray();
    for (int i = 0; i + 25 <= letters.length; i++) {
      String gram = new String(letters, i, 25);
      if (gram.codePoints().filter(c -> c >= 0xAC00 && c <= 0xD7A3).count() >= 13) {
        grams.add("letters " + gram);
      }
    }
    return grams;
  }

  @Test
  void anExamThatIsNotJsonIsNamed() throws IOException {
    Files.writeString(folder.resolve("bad.jsonl"), "{\"a\": ");
    assertThatThrownBy(() -> EvalGrams.of(folder))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("bad.jsonl");
  }
}
