package hanok.train.run;

import hanok.gguf.AtomicFile;
import hanok.gguf.MalformedModelException;
import hanok.train.Learned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folders {@code step-N} that a run can go on from: weights as transformers reads them, what
 * the optimiser remembers, and {@code run.json}. One is written beside its place, to the disk, and
 * then renamed, so that whatever happens there is none that is half.
 */
public final class Checkpoints {
  private static final Pattern NAME = Pattern.compile("step-(\\d+)");
  private static final String PART = ".part";
  private static final String STATE = "run.json";

  private final Path folder;
  private final int keep;

  /**
   * @param folder of the run's checkpoints; made when the first is written
   * @param keep how many of the latest stay
   */
  public Checkpoints(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /** The latest that is whole. */
  public Optional<Path> latest() {
    List<Path> all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /** Where the checkpoint of a step is, or would be. */
  public Path of(long step) {
    return folder.resolve("step-%08d".formatted(step));
  }

  /**
   * Writes a checkpoint, then removes those that are no longer kept.
   *
   * @param best the step whose checkpoint stays, however old; -1 for none
   * @throws UncheckedIOException if it cannot be written; then it is not there, and all others are
   */
  public Path save(Learned learned, RunState state, long best) {
    Path whole = of(state.step());
    Path part = whole.resolveSibling(whole.getFileName() + PART);
    try {
      delete(part);
      Files.createDirectories(part);
      learned.saveWeights(part);
      learned.saveState(part);
      AtomicFile.write(part.resolve(STATE), JsonMapper.shared().writeValueAsBytes(state));
      delete(whole); // of a run that has come here once before
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      sync(folder);
      removeOld(best);
      return whole;
    } catch (IOException e) {
      abandon(part, e);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      abandon(part, e);
      throw e;
    }
  }

  /**
   * What a checkpoint says of its run.
   *
   * @throws MalformedModelException if it does not
   */
  public static RunState state(Path checkpoint) {
    Path file = checkpoint.resolve(STATE);
    try {
      return JsonMapper.shared().readValue(Files.readAllBytes(file), RunState.class);
    } catch (JacksonException e) {
      throw new MalformedModelException(
          file, MalformedModelException.NOWHERE, "is not a run's state: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(Checkpoints::step))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("step-".length()));
  }

  private void removeOld(long best) throws IOException {
    List<Path> all = all();
    for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
      if (step(old) != best) {
        delete(old);
      }
    }
  }

  private static void abandon(Path part, Exception cause) {
    try {
      delete(part);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Without this, a power cut may undo a rename. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
