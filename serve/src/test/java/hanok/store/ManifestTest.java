package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final Layer CONFIG = new Layer(Layer.CONFIG, Digest.of(new byte[] {1}), 1);
  private static final Layer WEIGHTS = new Layer(Layer.MODEL, Digest.of(new byte[] {2}), 5L << 30);
  private static final Manifest MANIFEST = Manifest.of(CONFIG, List.of(WEIGHTS));

  private static void assertRefused(String json, String reason) {
    assertThatThrownBy(() -> Manifest.parse(json.getBytes(UTF_8)))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(reason);
  }

  private static String changed(String from, String to) {
    String json = new String(MANIFEST.bytes(), UTF_8);
    assertThat(json).contains(from);
    return json.replace(from, to);
  }

  @Test
  void readsWhatItWrites() {
    Manifest read = Manifest.parse(MANIFEST.bytes());
    assertThat(read.config()).isEqualTo(CONFIG);
    assertThat(read.layers()).containsExactly(WEIGHTS);
    assertThat(read.digest()).isEqualTo(Digest.of(MANIFEST.bytes()));
    assertThat(read.size()).isEqualTo((5L << 30) + 1);
  }

  @Test
  void aBlobThatIsNamedTwiceIsOne() {
    Manifest manifest = Manifest.of(CONFIG, List.of(WEIGHTS, WEIGHTS));
    assertThat(manifest.blobs()).containsExactly(CONFIG, WEIGHTS);
    assertThat(manifest.size()).isEqualTo((5L << 30) + 1);
  }

  @Test
  void refusesManifestsThatLie() {
    assertRefused("", "not");
    assertRefused("[]", "schemaVersion");
    assertRefused("{\"schemaVersion\":2}", "no layers");
    assertRefused(changed("\"schemaVersion\":2", "\"schemaVersion\":1"), "schemaVersion");
    assertRefused(changed("\"size\":5368709120", "\"size\":0"), "a layer of 0 bytes");
    assertRefused(changed("\"size\":5368709120", "\"size\":-1"), "a layer of -1 bytes");
    assertRefused(changed("\"size\":5368709120", "\"size\":1e300"), "without");
    assertRefused(changed("\"size\":5368709120", "\"size\":9223372036854775807"), "possible");
    assertRefused(changed("\"size\":5368709120", "\"size\":\"5\""), "without");
    assertRefused(changed(WEIGHTS.digest().hex(), "../../../../etc/passwd"), "digest");
    assertRefused(changed("\"config\"", "\"konfig\""), "without");
    assertRefused("{\"schemaVersion\":2,\"layers\":{}}", "no layers");
    assertRefused("{\"schemaVersion\":2,\"layers\":" + "[".repeat(100_000), "not JSON");
    assertRefused(" ".repeat(Manifest.BYTES_MAX + 1), "too large");
  }

  @Test
  void damagedManifestsAreReadOrRefusedAndNothingElse() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = MANIFEST.bytes().clone();
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(32, 127);
      }
      try {
        assertThat(Manifest.parse(bytes).layers()).isNotEmpty();
      } catch (IntegrityException e) {
        assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(500);
      }
    }
  }
}
