package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStoreTest {
  private static final byte[] HELLO = "안녕".getBytes(UTF_8);
  private static final Digest OF_HELLO = Digest.of(HELLO);

  @TempDir Path folder;
  private BlobStore blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = new BlobStore(Files.createDirectories(folder.resolve("store")));
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void keepsBytesUnderTheirSha256() throws IOException {
    assertThat(Digest.of(new byte[0]))
        .hasToString("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(blobs.has(OF_HELLO)).isFalse();
    assertThat(blobs.put(stream(HELLO), OF_HELLO)).isEqualTo(OF_HELLO);
    assertThat(blobs.put(HELLO)).isEqualTo(OF_HELLO);
    assertThat(blobs.has(OF_HELLO)).isTrue();
    assertThat(blobs.size(OF_HELLO)).isEqualTo(HELLO.length);
    try (InputStream in = blobs.open(OF_HELLO)) {
      assertThat(in.readAllBytes()).isEqualTo(HELLO);
    }
    assertThat(files()).containsExactly(folder.resolve("store/blobs/sha256-" + OF_HELLO.hex()));
    assertThat(blobs.delete(OF_HELLO)).isTrue();
    assertThat(blobs.delete(OF_HELLO)).isFalse();
    assertThat(files()).isEmpty();
  }

  @Test
  void keepsNothingOfAnotherDigest() throws IOException {
    Digest other = Digest.of(new byte[] {1});
    assertThatThrownBy(() -> blobs.put(stream(HELLO), other))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(other.toString())
        .hasMessageContaining(OF_HELLO.toString());
    assertThat(files()).isEmpty();
  }

  @Test
  void keepsNothingOfAStreamThatBreaks() throws IOException {
    InputStream broken =
        new FilterInputStream(stream(new byte[3 << 20])) {
          private int reads;

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            if (reads++ == 2) {
              throw new IOException("cut");
            }
            return super.read(buffer, offset, length);
          }
        };
    assertThatThrownBy(() -> blobs.put(broken, null))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cut");
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        "sha256:../../etc/passwd",
        "md5:00",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b785/b855",
        "sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85٥"
      })
  void onlyADigestIsADigest(String text) {
    assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void followsNoSymbolicLinkOutOfTheStore() throws IOException {
    Path secret = Files.write(folder.resolve("secret"), HELLO);
    Path blob = folder.resolve("store/blobs/sha256-" + OF_HELLO.hex());
    Files.createDirectories(blob.getParent());
    Files.createSymbolicLink(blob, secret);
    assertThat(blobs.has(OF_HELLO)).isFalse();
    assertThatThrownBy(() -> blobs.open(OF_HELLO)).hasCauseInstanceOf(NoSuchFileException.class);
    // What is put replaces the link, not what it leads to.
    Files.writeString(secret, "mine");
    blobs.put(HELLO);
    assertThat(secret).hasContent("mine");
    assertThat(blobs.has(OF_HELLO)).isTrue();
    assertThat(Files.isSymbolicLink(blob)).isFalse();
  }

  @Test
  void aFolderOfBlobsThatLeadsElsewhereHasNone() throws IOException {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.write(elsewhere.resolve("sha256-" + OF_HELLO.hex()), HELLO);
    Files.createSymbolicLink(folder.resolve("store/blobs"), elsewhere);
    assertThat(blobs.has(OF_HELLO)).isFalse();
  }

  @Test
  void aLinkWithinTheStoreIsABlob() throws IOException {
    blobs.put(HELLO);
    Path blob = folder.resolve("store/blobs/sha256-" + OF_HELLO.hex());
    Files.move(blob, folder.resolve("store/moved"));
    Files.createSymbolicLink(blob, folder.resolve("store/moved"));
    assertThat(blobs.has(OF_HELLO)).isTrue();
    Files.delete(folder.resolve("store/moved"));
    assertThat(blobs.has(OF_HELLO)).isFalse();
  }

  @Test
  void aSmallBlobThatIsLargeIsRefused() {
    Digest digest = blobs.put(new byte[1001]);
    assertThatThrownBy(() -> blobs.read(digest, 1000)).isInstanceOf(IntegrityException.class);
    assertThat(blobs.read(digest, 1001)).hasSize(1001);
  }
}
