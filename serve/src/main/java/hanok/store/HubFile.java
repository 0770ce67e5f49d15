package hanok.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A file of a repository of the hub.
 *
 * @param path within the repository, with slashes
 * @param sha256 of what it holds, where the hub keeps it as a large file; "" elsewhere
 */
record HubFile(String path, long size, String sha256) {
  private static final Pattern PART = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  /** What {@code latest} means, the first that is there. */
  private static final List<String> USUAL =
      List.of("Q4_K_M", "Q5_K_M", "Q4_0", "Q8_0", "Q6_K", "F16", "BF16");

  private static final int SHOWN_MAX = 2000;

  /** A line of the hub's list; empty for folders and for paths that no file has. */
  static Optional<HubFile> of(JsonNode node) {
    String path = node.path("path").asString("");
    boolean file = node.path("type").asString("").equals("file") && !path.isEmpty();
    if (!file || List.of(path.split("/", -1)).contains("..") || path.startsWith("/")) {
      return Optional.empty();
    }
    JsonNode lfs = node.path("lfs");
    long size = lfs.path("size").asLong(node.path("size").asLong(0));
    return Optional.of(new HubFile(path, size, lfs.path("oid").asString("")));
  }

  boolean isLicence() {
    return path.toUpperCase(Locale.ROOT).startsWith("LICENSE");
  }

  /** The path without the number of a part and without {@code .gguf}. */
  private String stem() {
    Matcher part = PART.matcher(path);
    return part.matches() ? part.group(1) : path.substring(0, path.length() - ".gguf".length());
  }

  private boolean isWeights() {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.endsWith(".gguf") && !lower.contains("mmproj") && !lower.contains("imatrix");
  }

  /**
   * The files of the model that a tag names, in order.
   *
   * @throws NoSuchModelException if there are none
   * @throws IntegrityException if a part is missing
   */
  static List<HubFile> choose(List<HubFile> files, String tag, String repository) {
    TreeMap<String, List<HubFile>> models = new TreeMap<>();
    for (HubFile file : files) {
      if (file.isWeights()) {
        models.computeIfAbsent(file.stem(), stem -> new ArrayList<>()).add(file);
      }
    }
    String stem =
        stem(List.copyOf(models.keySet()), tag)
            .orElseThrow(() ->
                new NoSuchModelException(
                    "%s has no GGUF file for \"%s\"; it has %s"
                        .formatted(repository, tag, shown(models.keySet().stream().toList()))));
    List<HubFile> chosen = new ArrayList<>(models.getOrDefault(stem, List.of()));
    chosen.sort((a, b) -> a.path.compareTo(b.path));
    requireAllParts(chosen);
    return chosen;
  }

  private static String shown(List<String> stems) {
    if (stems.isEmpty()) {
      return "none at all";
    }
    return Printable.of(String.join(", ", stems), SHOWN_MAX);
  }

  private static Optional<String> stem(List<String> stems, String tag) {
    if (!tag.equals(ModelName.DEFAULT_TAG)) {
      return matching(stems, tag);
    }
    for (String usual : USUAL) {
      Optional<String> stem = matching(stems, usual);
      if (stem.isPresent()) {
        return stem;
      }
    }
    return stems.stream().findFirst();
  }

  /** The shortest of the stems in which the tag stands as a word of its own. */
  private static Optional<String> matching(List<String> stems, String tag) {
    Pattern word =
        Pattern.compile(
            "(?<![A-Za-z0-9_])" + Pattern.quote(tag) + "(?![A-Za-z0-9_])",
            Pattern.CASE_INSENSITIVE);
    return stems.stream()
        .filter(stem -> word.matcher(stem).find())
        .min((a, b) -> Integer.compare(a.length(), b.length()));
  }

  private static void requireAllParts(List<HubFile> files) {
    Matcher first = PART.matcher(files.getFirst().path);
    int count = first.matches() ? Integer.parseInt(first.group(3)) : 1;
    for (int i = 0; i < files.size(); i++) {
      Matcher part = PART.matcher(files.get(i).path);
      boolean right = count == 1 || part.matches() && Integer.parseInt(part.group(2)) == i + 1;
      if (!right || files.size() != count) {
        throw new IntegrityException(
            "%s is a model in %d parts, of which %d are there"
                .formatted(files.getFirst().stem(), count, files.size()));
      }
    }
  }

  /** @throws IntegrityException if the hub does not say what the file must be */
  Layer layer() {
    try {
      return new Layer(Layer.MODEL, new Digest(sha256), size);
    } catch (IllegalArgumentException e) {
      throw new IntegrityException("the hub does not say the SHA-256 of " + path);
    }
  }
}
