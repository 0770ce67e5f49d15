package hanok.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command is about to write: not over another one, and gone if it is interrupted. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses to replace a file that is there, and sees to it that Ctrl-C leaves no unfinished one.
   *
   * @param force whether replacing is what the user wants
   */
  public static void prepare(Path file, boolean force) {
    if (Files.isDirectory(file)) {
      throw new Failure(ExitCode.USAGE, "error.isFolder", file);
    }
    if (Files.exists(file) && !force) {
      throw new Failure(ExitCode.FAILURE, "error.exists", file);
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new Failure(ExitCode.NOT_FOUND, "error.noSuchFile", folder);
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(part)));
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      System.err.println("hanok: " + part + ": " + e.getMessage());
    }
  }
}
