package hanok.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.MalformedModelException;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  private static final DocumentOptions LINES = DocumentOptions.DEFAULT.withLineDocuments(true);

  @TempDir Path folder;

  @Test
  void plainTextIsOneDocument() {
    Path file = write("a.txt", bytes("\uFEFF한옥\r\n집\n"));

    assertThat(read(file, DocumentOptions.DEFAULT.withLang("ko")))
        .containsExactly(new Document("한옥\r\n집\n", "ko"));
    assertThat(read(write("empty.md", new byte[0]), DocumentOptions.DEFAULT)).isEmpty();
  }

  @Test
  void plainTextIsADocumentALineIfAskedTo() {
    Path file = write("a.txt", bytes("\uFEFF한옥\r\n\n  \n집"));

    assertThat(texts(file, LINES)).containsExactly("한옥", "집");
  }

  @Test
  void recordsOfAnyOrderOfFieldsAreRead() {
    Path file =
        write(
            "a.jsonl",
            bytes(
                """
                {"id": {"text": "not this"}, "lang": "ko", "text": "한\\n옥 \\ud83c\\udfe0"}

                {"text": "house", "tags": ["text", 1, {"text": null}]}
                {"text": null, "lang": "en"}
                {"lang": null, "text": ""}
                """));

    assertThat(read(file, DocumentOptions.DEFAULT.withLang("xx")))
        .containsExactly(
            new Document("한\n옥 🏠", "ko"), new Document("house", "xx"), new Document("", "xx"));
  }

  @Test
  void fieldsHaveTheNamesThatAreAskedFor() {
    Path file = write("a.ndjson", bytes("{\"content\":\"a\",\"language\":\"en\",\"lang\":\"?\"}"));
    DocumentOptions options =
        DocumentOptions.DEFAULT.withTextField("content").withLangField("language");

    assertThat(read(file, options)).containsExactly(new Document("a", "en"));
    assertThat(read(file, options.withLangField(null))).containsExactly(new Document("a", ""));
  }

  @Test
  void aHalfOfASurrogatePairBecomesAReplacementCharacter() {
    Path file = write("a.jsonl", bytes("{\"text\":\"a\\ud800b \\udfe0\\ud83c 🏠\"}"));

    assertThat(texts(file, DocumentOptions.DEFAULT)).containsExactly("a\uFFFDb \uFFFD\uFFFD 🏠");
  }

  @Test
  void compressedFilesSayWhatPlainOnesDo() {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append("{\"text\":\"").append("한옥 house ".repeat(random.nextInt(60))).append("\"}\n");
    }
    byte[] plain = bytes(text.toString());
    byte[] half = Arrays.copyOf(plain, plain.length / 2);
    byte[] rest = Arrays.copyOfRange(plain, plain.length / 2, plain.length);
    List<String> expected = texts(write("a.jsonl", plain), DocumentOptions.DEFAULT);

    assertThat(expected).hasSize(3000);
    Path gzip = write("members.jsonl.gz", join(gzip(half), gzip(new byte[0]), gzip(rest)));
    assertThat(texts(gzip, DocumentOptions.DEFAULT)).isEqualTo(expected);
    Path zstd = write("frames.jsonl.zst", join(zstd(half), zstd(rest)));
    assertThat(texts(zstd, DocumentOptions.DEFAULT)).isEqualTo(expected);
  }

  @Test
  void aReaderKnowsHowFarItIs() {
    Path file = write("a.jsonl.gz", gzip(bytes("{\"text\":\"a\"}\n".repeat(200_000))));
    long size = file.toFile().length();
    try (DocumentReader reader = Documents.open(List.of(file, file), DocumentOptions.DEFAULT)) {
      assertThat(reader.bytesTotal()).isEqualTo(2 * size);
      assertThat(reader.bytesRead()).isZero();
      for (int i = 0; i < 200_001; i++) {
        reader.next();
      }
      assertThat(reader.bytesRead()).isBetween(size, 2 * size);
      while (reader.next() != null) {}
      assertThat(reader.bytesRead()).isEqualTo(2 * size);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void linesOfAnyLengthAreReadWhole() {
    Random random = new Random(11);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      lines.add("집".repeat(1 + random.nextInt(1 << random.nextInt(18))));
    }
    assertThat(texts(write("a.txt", bytes(String.join("\n", lines))), LINES)).isEqualTo(lines);
    assertThat(texts(write("b.txt", bytes(String.join("\r\n", lines) + "\r\n")), LINES))
        .isEqualTo(lines);
  }

  @Test
  void aLineThatIsTooLongIsRefusedAndNotHeld() {
    byte[] big = new byte[(Lines.MEBIBYTES_MAX << 20) + 2];
    Arrays.fill(big, (byte) 'a');
    big[0] = '\n';

    refused(write("a.txt.gz", gzip(big)), LINES, "line 2 has more than the 64 MiB");
    refused(write("a.txt.gz", gzip(big)), DocumentOptions.DEFAULT, "--lines makes each line one");
  }

  @Test
  void whatIsNotUtf8IsRefusedWithItsPlace() {
    byte[] bad = {'o', 'k', '\n', 'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '\n'};

    refused(write("a.txt", bad), LINES, "line 2 is not UTF-8: byte 2 of it is 0xED");
    refused(
        write("a.jsonl", join(bytes("{\"text\":\""), bad, bytes("\"}"))),
        DocumentOptions.DEFAULT,
        "line 1 ends in the middle of a record");
    refused(
        write("b.jsonl", join(bytes("{\"text\":\""), new byte[] {(byte) 0xC0, (byte) 0x80})),
        DocumentOptions.DEFAULT,
        "line 1 is not UTF-8: byte 10 of it is 0xC0");
  }

  @Test
  void whatIsWrongWithARecordIsSaid() {
    DocumentOptions options = DocumentOptions.DEFAULT;
    refused(
        write("a.jsonl", bytes("{\"id\":1,\"body\":{\"text\":\"a\"}}\n")),
        options,
        "line 1 has no field \"text\"; it has \"id\", \"body\"");
    refused(write("a.jsonl", bytes("{}\n")), options, "line 1 has no field \"text\"; it has none");
    refused(
        write("a.jsonl", bytes("{\"text\":1}")), options, "something else than a string in its");
    refused(write("a.json", bytes("[\n{\"text\":\"a\"}\n]")), options, "line 1 is no JSON object");
    refused(write("a.jsonl", bytes("{\"text\":\"a\"} {}\n")), options, "line 1 goes on after");
    refused(write("a.jsonl", bytes("{\"text\":\"a\"\n}\n")), options, "line 1 ends in the middle");
    refused(
        write("a.jsonl", bytes("{\"text\":\"a\"}\n{\"text\":\"")),
        options,
        "line 2 is the last and breaks off");
    refused(write("a.jsonl", bytes("{\"text\":\"a\t\"}\n")), options, "line 1 is not JSON");
    refused(write("a.jsonl", bytes("{\"a\":" + "[".repeat(100_000))), options, "line 1");
  }

  @Test
  void aFileThatIsNotWhatItsNameSaysIsRefused() {
    byte[] gzip = gzip(bytes("{\"text\":\"a\"}"));
    refused(write("a.jsonl", gzip), DocumentOptions.DEFAULT, "is gzip, other than its name says");
    refused(write("a.txt.gz", bytes("text")), LINES, "is not gzip, other than its name says");
    refused(write("a.txt.zst", gzip), LINES, "is gzip, other than its name says");
    refused(write("a.txt", zstd(bytes("text"))), LINES, "is zstd, other than its name says");
    refused(write("a.txt", bytes("PAR1....PAR1")), LINES, "is Parquet, other than its name says");
    refused(write("a.parquet", bytes("no Parquet at all")), DocumentOptions.DEFAULT, "Parquet");
    assertThatThrownBy(() -> Documents.open(write("a.pdf", new byte[9]), LINES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.pdf: its name says nothing known");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void aCompressedFileThatIsCutAnywhereIsRefused(String suffix) {
    byte[] member = compress(suffix, bytes("{\"text\":\"" + "한옥 house ".repeat(50) + "\"}\n"));
    byte[] whole = join(member, member);

    for (int cut = 5; cut < whole.length; cut++) {
      if (cut != member.length) {
        Path file = write("a.jsonl." + suffix, Arrays.copyOf(whole, cut));
        refused(file, DocumentOptions.DEFAULT, "breaks off");
      }
    }
  }

  @Test
  void gzipThatIsDamagedIsRefused() {
    byte[] whole = gzip(bytes("{\"text\":\"" + "한옥 house ".repeat(50) + "\"}\n"));
    for (int at = 10; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Path file = write("a.jsonl.gz", damaged);
      assertThatThrownBy(() -> texts(file, DocumentOptions.DEFAULT))
          .isInstanceOf(MalformedModelException.class);
    }
    byte[] padded = join(whole, new byte[1000]);
    assertThat(texts(write("a.jsonl.gz", padded), DocumentOptions.DEFAULT)).hasSize(1);
    refused(write("a.jsonl.gz", join(whole, bytes("tail"))), DocumentOptions.DEFAULT, "is damaged");
  }

  @Test
  void filesAreFoundInOrderAndOnce() throws IOException {
    Files.createDirectories(folder.resolve("in/.git"));
    Path b = write("in/b.txt", bytes("b"));
    Path a = write("in/a.jsonl", bytes("{\"text\":\"a\"}"));
    write("in/readme.pdf", bytes("?"));
    write("in/.hidden.txt", bytes("?"));
    write("in/.git/c.txt", bytes("?"));

    assertThat(Documents.files(List.of(folder + "/in", b.toString()))).containsExactly(a, b);
    assertThat(Documents.files(List.of(folder + "/i*/*.{txt,jsonl}"))).containsExactly(a, b);
    assertThat(Documents.files(List.of(folder + "/**.txt"))).containsExactly(b);
    Path odd = write("in/[x].txt", bytes("x"));
    assertThat(Documents.files(List.of(odd.toString()))).containsExactly(odd);
    try (DocumentReader reader = Documents.open(List.of(a, b), DocumentOptions.DEFAULT)) {
      assertThat(all(reader)).extracting(Document::text).containsExactly("a", "b");
    }
  }

  @Test
  void aFileThatIsNotThereIsSaidSo() {
    for (String pattern : List.of("/none.txt", "/none/*.txt", "/*.none")) {
      assertThatThrownBy(() -> Documents.files(List.of(folder + pattern)))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(NoSuchFileException.class)
          .hasMessageContaining(pattern);
    }
    for (String name : List.of("none.txt", "none.jsonl.gz", "none.parquet")) {
      assertThatThrownBy(() -> texts(folder.resolve(name), DocumentOptions.DEFAULT))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(NoSuchFileException.class);
    }
    refused(folder.resolve("in.txt"), DocumentOptions.DEFAULT, "is a folder", true);
  }

  private void refused(Path file, DocumentOptions options, String reason) {
    refused(file, options, reason, false);
  }

  private static void refused(Path file, DocumentOptions options, String reason, boolean asFolder) {
    assertThat(!asFolder || file.toFile().mkdir()).isTrue();
    assertThatThrownBy(() -> texts(file, options))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }

  static List<String> texts(Path file, DocumentOptions options) {
    return read(file, options).stream().map(Document::text).toList();
  }

  static List<Document> read(Path file, DocumentOptions options) {
    try (DocumentReader reader = Documents.open(file, options)) {
      return all(reader);
    }
  }

  private static List<Document> all(DocumentReader reader) {
    List<Document> documents = new ArrayList<>();
    for (Document document = reader.next(); document != null; document = reader.next()) {
      documents.add(document);
    }
    return documents;
  }

  private Path write(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) {
    return compress("gz", bytes);
  }

  private static byte[] zstd(byte[] bytes) {
    return compress("zst", bytes);
  }

  private static byte[] compress(String suffix, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream stream =
        suffix.equals("gz") ? new GZIPOutputStream(out) : ZstdOutputStream.create(out)) {
      stream.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
