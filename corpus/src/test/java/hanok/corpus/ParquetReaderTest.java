package hanok.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.gguf.MalformedModelException;
import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that pyarrow 25.0.1 wrote: 6 rows in groups of 4. */
class ParquetReaderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "zstd", "gzip"})
  void columnsOfStringsAreRead(String codec) {
    assertThat(
            DocumentsTest.read(
                resource("houses-" + codec + ".parquet"), DocumentOptions.DEFAULT.withLang("xx")))
        .containsExactly(
            new Document("한옥은 한국의 집이다.", "ko"),
            new Document("A house has a roof.", "en"),
            new Document("", "xx"),
            new Document("emoji 🏠 집", "ko"),
            new Document("가나다 ".repeat(50), "ko"));
  }

  /** The launcher starts a module, which finds only what it says that it requires. */
  @Test
  void theModuleOfThisRoomBringsTheCodecs() {
    String places =
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path");
    Path[] paths =
        Arrays.stream(places.split(File.pathSeparator))
            .filter(place -> !place.isEmpty())
            .map(Path::of)
            .toArray(Path[]::new);
    Configuration modules =
        Configuration.empty()
            .resolve(ModuleFinder.of(paths), ModuleFinder.ofSystem(), Set.of("hanok.corpus"));
    assertThat(modules.findModule("com.github.luben.zstd_jni")).isPresent();
    assertThat(modules.findModule("snappy.java")).isPresent();
  }

  @Test
  void aColumnThatIsNotThereOrHasNoStringsIsRefused() {
    Path file = resource("houses-none.parquet");
    refused(file, "texts", "has no column \"texts\"; it has \"id\", \"text\", \"lang\", \"tags");
    refused(file, "id", "column \"id\" is not one of strings");
    refused(file, "tags.list.element", "column \"tags.list.element\" is not one of strings");
  }

  @Test
  void whatIsNotUtf8IsRefusedWithItsRow() {
    refused(resource("binary.parquet"), "text", "row 2, column \"text\" is not UTF-8: byte 1");
  }

  @ParameterizedTest
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @ValueSource(strings = {"none", "snappy", "zstd", "gzip"})
  void aFileThatIsCutOrDamagedIsRefusedOrReadButNothingElse(String codec) throws IOException {
    byte[] whole = Files.readAllBytes(resource("houses-" + codec + ".parquet"));
    // Each in a file of its own: the library's threads may still read the one before it.
    for (int cut = 0; cut < whole.length; cut += 97) {
      Path file = folder.resolve("cut" + cut + ".parquet");
      Files.write(file, Arrays.copyOf(whole, cut));
      refused(file, "text", file.toString());
    }
    for (int at = 4; at < whole.length; at += 31) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x2A;
      Path file = folder.resolve("damaged" + at + ".parquet");
      Files.write(file, damaged);
      try {
        DocumentsTest.read(file, DocumentOptions.DEFAULT);
      } catch (MalformedModelException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
      }
    }
  }

  @Test
  void howFarItIsFollowsTheRows() {
    Path file = resource("houses-none.parquet");
    try (DocumentReader reader = Documents.open(file, DocumentOptions.DEFAULT)) {
      assertThat(reader.bytesRead()).isZero();
      reader.next();
      assertThat(reader.bytesRead()).isEqualTo(reader.bytesTotal() / 6);
      while (reader.next() != null) {}
      assertThat(reader.bytesRead())
          .isEqualTo(reader.bytesTotal())
          .isEqualTo(file.toFile().length());
    }
  }

  private static void refused(Path file, String column, String reason) {
    assertThatThrownBy(
            () -> DocumentsTest.read(file, DocumentOptions.DEFAULT.withTextField(column)))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining(reason);
  }

  private static Path resource(String name) {
    try {
      return Path.of(ParquetReaderTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
