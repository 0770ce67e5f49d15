package hanok.token.train;

import hanok.gguf.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that a vocabulary is kept in: {@code tokenizer.json}, {@code tokenizer_config.json},
 * and for byte-level ones {@code tokenizer.gguf}, a model file without weights, and
 * {@code tokenizer.tiktoken}; with {@code report.json} and {@code report.md}. It is written as
 * {@code NAME.part} and renamed when all is there.
 */
public final class TokenizerFolder {
  private final Path folder;
  private final Path part;

  public TokenizerFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    part = this.folder.resolveSibling(this.folder.getFileName() + ".part");
  }

  /**
   * Sees to it, before hours of work, that the folder can be written.
   *
   * @param replace whether one that is there may be replaced
   * @throws UncheckedIOException if it cannot
   */
  public void prepare(boolean replace) {
    try {
      if (Files.exists(folder) && !replace && !isEmptyFolder(folder)) {
        throw new FileAlreadyExistsException(folder.toString());
      }
      delete(part);
      Files.createDirectories(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes everything, after {@link #prepare}.
   *
   * @param counts that the vocabulary was learned from
   * @param countSeconds that it took to make them, for the report
   * @throws UncheckedIOException if it cannot be written; {@link #abandon} then
   */
  public void write(TrainedTokenizer tokenizer, PieceCounts counts, double countSeconds) {
    try {
      tokenizer.saveJson(part.resolve("tokenizer.json"));
      TokenizerConfigWriter.write(tokenizer.layout(), part.resolve("tokenizer_config.json"));
      if (tokenizer.algorithm() == Algorithm.BBPE) {
        VocabularyGguf.write(tokenizer, part.resolve("tokenizer.gguf"));
        TiktokenWriter.write(tokenizer, part.resolve("tokenizer.tiktoken"));
      }
      TrainingReport report = new TrainingReport(tokenizer, counts, countSeconds);
      AtomicFile.write(part.resolve("report.json"), report.json());
      AtomicFile.write(part.resolve("report.md"), report.markdown());
      moveIntoPlace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves nothing unfinished behind. */
  public void abandon() {
    try {
      delete(part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new folder appears at once; in one that is there, one file after the other changes. */
  private void moveIntoPlace() throws IOException {
    if (!Files.exists(folder) || isEmptyFolder(folder)) {
      Files.deleteIfExists(folder);
      Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    for (Path file : files(part)) {
      Files.move(
          file,
          folder.resolve(file.getFileName()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    delete(part);
  }

  private static boolean isEmptyFolder(Path path) throws IOException {
    return Files.isDirectory(path) && files(path).isEmpty();
  }

  private static void delete(Path part) throws IOException {
    if (Files.isDirectory(part)) {
      for (Path file : files(part)) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(part);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
