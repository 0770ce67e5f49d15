package hanok.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chat page's files, and the headers they are sent with.
 *
 * <p>The table is fixed: the names in {@code page.files}, one a line. A path from a request is only
 * ever looked up in it, so no path leads anywhere else.
 */
final class PageFiles {
  private static final String INDEX = "page/index.html";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml; charset=utf-8");

  private final Map<String, PageFile> files = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();

  PageFiles() {
    for (String name : lines("page.files")) {
      files.put("/page/" + name, new PageFile("page/" + name, contentType(name)));
    }
    files.put("/", new PageFile(INDEX, contentType(INDEX)));
    for (String line : lines("page.headers")) {
      int colon = line.indexOf(": ");
      headers.put(line.substring(0, colon), line.substring(colon + 2));
    }
  }

  /**
   * The file at a path.
   *
   * @param path as in the request, without its query: {@code /} or {@code /page/…}
   */
  Optional<PageFile> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** All files, those that the page may load first of all first. */
  Collection<PageFile> all() {
    return List.copyOf(files.values());
  }

  /**
   * Headers of every answer that carries a file: the content security policy and its kin, name to
   * value. No script, style or frame but the page's own, nothing inline, no text made code.
   */
  Map<String, String> headers() {
    return Map.copyOf(headers);
  }

  private static String contentType(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return TYPES.getOrDefault(ending, "text/plain; charset=utf-8");
  }

  private static List<String> lines(String resource) {
    try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is missing from this build");
      }
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
