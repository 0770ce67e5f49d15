package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LicencesTest extends PullLab {
  private static final Map<String, String> EXAONE_KEYS =
      Map.of("general.license", "other", "general.license.name", "exaone");

  private Licences ledger(Map<String, String> variables) {
    return new Licences(folder.resolve("licences.json"), variables, Clock.systemUTC());
  }

  private void assertAsked(String model) {
    assertThatThrownBy(() -> pull(model))
        .isInstanceOfSatisfying(
            LicenceRequiredException.class,
            e -> {
              assertThat(e.licence()).isEqualTo(Licence.EXAONE);
              assertThat(e.model()).isEqualTo(registry.name(model).shortest());
            })
        .hasMessageContaining("EXAONE AI Model License Agreement 1.1 - NC");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void aNameThatSaysExaoneIsNotEvenAskedFor() throws IOException {
    registry.serveModel("my-EXAONE-3.0", List.of(Samples.weights(Samples.gguf(1, Map.of()))));
    assertAsked("my-EXAONE-3.0");
    assertThat(registry.seen).isEmpty();
    assertThatThrownBy(() -> pull(ModelName.parse("exaone3.0")))
        .isInstanceOf(LicenceRequiredException.class);
  }

  @Test
  void aLicenceInTheManifestIsSeenBeforeTheWeightsAreFetched() throws IOException {
    Samples.Blob weights = Samples.weights(Samples.gguf(1, Map.of()));
    String text = "EXAONE AI Model License Agreement 1.1 - NC\n…";
    registry.serveModel("quiet", List.of(weights, Samples.Blob.of("license", text)));
    assertAsked("quiet");
    assertThat(registry.seen).noneMatch(request -> request.path().endsWith(weights.digest()));
  }

  @Test
  void weightsThatNameTheLicenceThemselvesAreSeenThrough() throws IOException {
    registry.serveModel("quiet", List.of(Samples.weights(Samples.gguf(1, EXAONE_KEYS))));
    assertAsked("quiet");
    assertThat(pullAccepting("quiet").name()).isEqualTo(registry.name("quiet"));
  }

  private StoredModel pullAccepting(String model) {
    PullRequest request = PullRequest.of(registry.name(model)).withAcceptedLicence();
    return puller().pull(request, events::add, () -> false);
  }

  @Test
  void whatWasAcceptedIsWrittenDownAndNotAskedAgain() throws IOException {
    registry.serveModel("exaone", List.of(Samples.weights(Samples.gguf(1, EXAONE_KEYS))));
    pullAccepting("exaone");
    List<Licences.Acceptance> accepted = ledger(Map.of()).accepted();
    assertThat(accepted).hasSize(1);
    assertThat(accepted.getFirst().licence()).isEqualTo("exaone-1.1-NC");
    assertThat(accepted.getFirst().model()).isEqualTo(registry.name("exaone").shortest());
    assertThat(accepted.getFirst().sha256())
        .isEqualTo(Digest.of(Licence.EXAONE.summary().getBytes(UTF_8)).hex());
    assertThat(java.time.Instant.parse(accepted.getFirst().date())).isNotNull();
    assertThat(pull("exaone").weights()).exists();
    assertThat(ledger(Map.of()).accepted()).hasSize(1);
  }

  @Test
  void variablesAcceptAsWell() {
    for (Map<String, String> variables :
        List.of(
            Map.of("HANOK_ACCEPT_LICENSE", "exaone-1.1-NC"),
            Map.of("EXAONE_ACCEPT_LICENSE", "1.1-NC"))) {
      ledger(variables).require(Licence.EXAONE, "m", false);
    }
    assertThat(ledger(Map.of()).accepted()).hasSize(1);
    for (Map<String, String> variables :
        List.of(
            Map.of("HANOK_ACCEPT_LICENSE", "yes"),
            Map.of("EXAONE_ACCEPT_LICENSE", "1.0"),
            Map.of("EXAONE_ACCEPT_LICENSE", ""))) {
      Licences fresh = new Licences(folder.resolve("fresh.json"), variables, Clock.systemUTC());
      assertThatThrownBy(() -> fresh.require(Licence.EXAONE, "m", false))
          .isInstanceOf(LicenceRequiredException.class);
    }
  }

  @Test
  void aSummaryThatHasChangedIsAskedForAnew() throws IOException {
    Licences licences = ledger(Map.of());
    licences.accept(Licence.EXAONE, "m");
    Path file = folder.resolve("licences.json");
    String digest = Licence.EXAONE.digest().hex();
    Files.writeString(file, Files.readString(file).replace(digest, "0".repeat(64)));
    assertThat(licences.isAccepted(Licence.EXAONE)).isFalse();
    assertThat(licences.accepted()).hasSize(1);
  }

  @Test
  void aLedgerThatIsNoneIsNotOverwritten() throws IOException {
    Path file = Files.writeString(folder.resolve("licences.json"), "[]");
    assertThatThrownBy(() -> ledger(Map.of()).accept(Licence.EXAONE, "m"))
        .isInstanceOf(IntegrityException.class);
    assertThat(file).hasContent("[]");
  }

  @Test
  void theSummarySaysWhatMattersInBothLanguages() {
    assertThat(Licence.EXAONE.english()).contains("research only", "other models", "EXAONE");
    assertThat(Licence.EXAONE.korean()).contains("연구 목적", "다른 모델", "EXAONE");
  }
}
