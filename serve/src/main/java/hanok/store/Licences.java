package hanok.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which licences this user has accepted, when, for what, and what was shown: {@code
 * HANOK_HOME/licences.json}. A licence whose summary has changed since must be accepted anew.
 */
public final class Licences {
  private static final int ENTRIES_MAX = 10_000;

  private final Path file;
  private final Map<String, String> environment;
  private final Clock clock;

  /**
   * One acceptance.
   *
   * @param licence its id
   * @param sha256 of what was shown
   * @param date in ISO 8601
   * @param model that it was accepted for
   */
  public record Acceptance(String licence, String sha256, String date, String model) {}

  Licences(Path file, Map<String, String> environment, Clock clock) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.clock = clock;
  }

  /**
   * The ledger of this user.
   *
   * @param environment where {@code HANOK_ACCEPT_LICENSE=exaone-1.1-NC} or {@code
   *     EXAONE_ACCEPT_LICENSE=1.1-NC} accepts as well
   */
  public static Licences open(StorePaths paths, Map<String, String> environment) {
    return new Licences(paths.licences(), environment, Clock.systemUTC());
  }

  /** All acceptances, the oldest first. */
  public synchronized List<Acceptance> accepted() {
    List<Acceptance> all = new ArrayList<>();
    for (JsonNode node : read()) {
      all.add(
          new Acceptance(
              text(node, "licence"),
              text(node, "sha256"),
              text(node, "date"),
              text(node, "model")));
    }
    return all;
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }

  /** Whether a licence was accepted, as it is summarised today. */
  public boolean isAccepted(Licence licence) {
    String sha256 = licence.digest().hex();
    return accepted().stream()
        .anyMatch(a -> a.licence().equals(licence.id()) && a.sha256().equals(sha256));
  }

  /** Writes down that a licence was accepted, for a model or "" for all. */
  public synchronized void accept(Licence licence, String model) {
    ArrayNode entries = read();
    if (entries.size() >= ENTRIES_MAX) {
      throw new IllegalArgumentException(
          "%s has %d entries, the most it can have".formatted(file, entries.size()));
    }
    ObjectNode entry = entries.addObject();
    entry.put("licence", licence.id()).put("sha256", licence.digest().hex());
    entry.put("date", clock.instant().toString()).put("model", model);
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.set("accepted", entries);
    try {
      Durable.write(
          file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    } catch (IOException e) {
      throw Durable.failed(e, file);
    }
  }

  /**
   * Passes if a licence was accepted, or is now.
   *
   * @param now whether whoever asks for the model accepts it with that
   * @throws LicenceRequiredException if not
   */
  void require(Licence licence, String model, boolean now) {
    if (isAccepted(licence)) {
      return;
    }
    if (!now && !environmentAccepts(licence)) {
      throw new LicenceRequiredException(licence, model);
    }
    accept(licence, model);
  }

  private boolean environmentAccepts(Licence licence) {
    String ours = environment.getOrDefault("HANOK_ACCEPT_LICENSE", "");
    String exaone = environment.getOrDefault("EXAONE_ACCEPT_LICENSE", "");
    return ours.equalsIgnoreCase(licence.id())
        || !exaone.isEmpty() && licence.id().equalsIgnoreCase("exaone-" + exaone);
  }

  private ArrayNode read() {
    try {
      JsonNode root = Manifest.json(Files.readAllBytes(file), file.toString());
      if (root.path("accepted") instanceof ArrayNode entries) {
        return entries;
      }
      throw new IntegrityException(file.getFileName() + " is not a list of accepted licences");
    } catch (NoSuchFileException e) {
      return JsonMapper.shared().createArrayNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
