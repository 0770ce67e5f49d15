package hanok.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files of documents, of the kind that their names say: plain text ({@code .txt}, {@code .md}),
 * JSON, a record a line ({@code .jsonl}, {@code .ndjson}, {@code .json}), each also with
 * {@code .gz} or {@code .zst}, and Parquet. All text is UTF-8.
 */
public final class Documents {
  private static final Pattern GLOB = Pattern.compile("[*?\\[{]");

  private Documents() {}

  /**
   * The documents of one file. What is read of it is at most a line, or a few pages of Parquet, at
   * a time; a line, or a whole file of plain text, may have {@value Lines#MEBIBYTES_MAX} MiB.
   *
   * @throws IllegalArgumentException if its name says no kind of file that is known
   * @throws hanok.gguf.MalformedModelException if it is not what its name says
   * @throws UncheckedIOException if it cannot be read
   */
  public static DocumentReader open(Path file, DocumentOptions options) {
    FileKind kind = FileKind.of(file);
    if (kind == null) {
      throw new IllegalArgumentException(
          file + ": its name says nothing known of what is in it; known are " + FileKind.KNOWN);
    }
    return switch (kind.form()) {
      case TEXT -> new TextReader(file, kind, options);
      case JSON_LINES -> new JsonLinesReader(file, kind, options);
      case PARQUET -> new ParquetReader(file, options);
    };
  }

  /**
   * The documents of several files, one file after the other; each is opened when its turn comes.
   */
  public static DocumentReader open(List<Path> files, DocumentOptions options) {
    return new FilesReader(files, options);
  }

  /**
   * The files that patterns name, sorted, each once. A pattern is a file; a folder, for every file
   * of a known kind in it and below; or a glob, as {@link FileSystems} defines it, such as
   * {@code data/*.jsonl.gz}. What begins with a dot is passed over unless it is named.
   *
   * @throws UncheckedIOException with a {@link NoSuchFileException} if a pattern names none
   */
  public static List<Path> files(List<String> patterns) {
    TreeSet<Path> files = new TreeSet<>();
    for (String pattern : patterns) {
      try {
        if (!addFiles(pattern, files)) {
          throw new NoSuchFileException(pattern);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return List.copyOf(files);
  }

  private static boolean addFiles(String pattern, Set<Path> files) throws IOException {
    Path path =
        GLOB.matcher(pattern).find() && !Files.exists(Path.of(pattern)) ? null : Path.of(pattern);
    if (path == null) {
      Path root = Path.of(pattern.substring(0, pattern.lastIndexOf('/', firstWild(pattern)) + 1));
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      return addBelow(root, files, matcher);
    }
    if (Files.isDirectory(path)) {
      return addBelow(path, files, file -> FileKind.of(file) != null);
    }
    if (!Files.exists(path)) {
      return false;
    }
    files.add(path);
    return true;
  }

  private static int firstWild(String pattern) {
    var matcher = GLOB.matcher(pattern);
    return matcher.find() ? matcher.start() : pattern.length();
  }

  private static boolean addBelow(Path root, Set<Path> files, PathMatcher matcher)
      throws IOException {
    if (!Files.isDirectory(root) && !root.toString().isEmpty()) {
      return false;
    }
    try (Stream<Path> below = Files.walk(root)) {
      List<Path> found =
          below
              .filter(Files::isRegularFile)
              .filter(file -> visible(root.relativize(file)))
              .filter(matcher::matches)
              .toList();
      files.addAll(found);
      return !found.isEmpty();
    }
  }

  private static boolean visible(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }
}
