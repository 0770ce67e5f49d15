package hanok.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Holds the table of the page's files against what the build has put there. */
class PageFilesTest {
  private static final Pattern REFERENCE =
      Pattern.compile("(?:from |import |import\\()'\\./([^']+)'|(?:src|href)=\"page/([^\"]+)\"");
  private static final int FIRST_LOAD_BYTES_MAX = 200 * 1024;

  private final PageFiles files = new PageFiles();

  @Test
  void everyFileOfTheBuildIsInTheTableAndNoOther() throws Exception {
    Path folder = folder();
    Set<String> built;
    try (Stream<Path> found = Files.walk(folder)) {
      built =
          found
              .filter(Files::isRegularFile)
              .map(file -> "page/" + folder.relativize(file).toString().replace('\\', '/'))
              .collect(Collectors.toSet());
    }
    assertThat(files.all()).extracting(PageFile::name).containsExactlyInAnyOrderElementsOf(built);
  }

  @Test
  void thePageIsAtTheRootAndItsPartsBelowIt() {
    assertThat(text("/")).startsWith("<!doctype html>");
    assertThat(files.find("/").orElseThrow().contentType()).isEqualTo("text/html; charset=utf-8");
    assertThat(type("/page/app.js")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(type("/page/style.css")).isEqualTo("text/css; charset=utf-8");
    assertThat(type("/page/logo.svg")).isEqualTo("image/svg+xml; charset=utf-8");
    assertThat(type("/page/lib/katex/LICENSE")).isEqualTo("text/plain; charset=utf-8");
  }

  @Test
  void aPathThatIsNotInTheTableLeadsNowhere() {
    List<String> paths =
        List.of(
            "",
            "/page",
            "/page/",
            "/page/lib",
            "page/app.js",
            "/page/../page.headers",
            "/page/%2e%2e/page.headers",
            "/page//app.js",
            "/page/./app.js",
            "/page/app.js/",
            "/page/APP.JS",
            "/page/app.js\0",
            "/page/app.js?",
            "/page/PageFiles.class",
            "/page/../../../../etc/passwd",
            "/page/..\\page.headers");
    assertThat(paths).allSatisfy(path -> assertThat(files.find(path)).isEmpty());
  }

  @Test
  void gzipHoldsTheSameBytesAndTagsAreTheirDigest() throws Exception {
    for (PageFile file : files.all()) {
      byte[] unpacked = new GZIPInputStream(new ByteArrayInputStream(file.gzip())).readAllBytes();
      assertThat(unpacked).as(file.name()).isEqualTo(file.bytes());
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(file.bytes());
      assertThat(file.etag()).isEqualTo('"' + HexFormat.of().formatHex(digest) + '"');
      assertThat(file.gzipEtag()).isEqualTo('"' + HexFormat.of().formatHex(digest) + "-gzip\"");
    }
  }

  @Test
  void whatModulesImportIsInTheTable() {
    assertThat(own())
        .allSatisfy(file ->
            assertThat(references(file))
                .allSatisfy(path ->
                    assertThat(files.find(path)).as(file.name() + " needs " + path).isPresent()));
  }

  @Test
  void noFileOfOursIsUnused() {
    assertThat(reached(files.find("/").orElseThrow(), new HashSet<>()))
        .containsAll(own().map(PageFile::name).collect(Collectors.toSet()));
  }

  @Test
  void ourFilesNameNoOtherSite() {
    assertThat(own())
        .allSatisfy(file -> {
          String text = new String(file.bytes(), UTF_8).replace("http://www.w3.org/2000/svg", "");
          assertThat(text).as(file.name()).doesNotContainPattern("https?://|[\"'(]//\\w");
        });
  }

  @Test
  void thePageHasNothingInlineThatThePolicyWouldBlock() {
    assertThat(text("/")).doesNotContainPattern("<style|style=|\\son\\w+=|<script(?![^>]* src=)");
    assertThat(files.headers().get("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "data:", "*");
  }

  @Test
  void everyLibraryKeepsItsLicence() {
    for (String library : List.of("preact", "marked", "dompurify", "highlight", "katex")) {
      Stream<String> names =
          files.all().stream().map(PageFile::name).filter(n -> n.contains("/" + library + "/"));
      assertThat(names).as(library).anyMatch(name -> name.contains("/LICENSE"));
    }
    assertThat(text("/page/lib/highlight/LICENSE")).contains("Ivan Sagalaev");
  }

  @Test
  void theFirstLoadIsSmall() {
    Set<String> first = reached(files.find("/").orElseThrow(), new HashSet<>());
    int bytes =
        files.all().stream()
            .filter(file -> first.contains(file.name()))
            .mapToInt(file -> file.gzip().length)
            .sum();
    System.out.printf("first load: %d files, %d bytes in gzip%n", first.size(), bytes);
    assertThat(bytes).as("bytes of the first load, gzip").isBetween(1, FIRST_LOAD_BYTES_MAX);
  }

  private Set<String> reached(PageFile file, Set<String> names) {
    if (names.add(file.name())) {
      references(file).forEach(path -> reached(files.find(path).orElseThrow(), names));
    }
    return names;
  }

  /** What a file of ours loads when it is loaded. */
  private static Set<String> references(PageFile file) {
    Set<String> paths = new HashSet<>();
    if (!file.name().contains("/lib/")) {
      Matcher matcher = REFERENCE.matcher(new String(file.bytes(), UTF_8));
      while (matcher.find()) {
        paths.add("/page/" + Objects.requireNonNullElse(matcher.group(1), matcher.group(2)));
      }
    }
    return paths;
  }

  private Stream<PageFile> own() {
    return files.all().stream().filter(file -> !file.name().contains("/lib/"));
  }

  private String text(String path) {
    return new String(files.find(path).orElseThrow().bytes(), UTF_8);
  }

  private String type(String path) {
    return files.find(path).orElseThrow().contentType();
  }

  private static Path folder() throws IOException {
    URL index = Objects.requireNonNull(PageFiles.class.getResource("page/index.html"));
    try {
      return Objects.requireNonNull(Path.of(index.toURI()).getParent());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }
}
