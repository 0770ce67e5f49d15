package hanok.kernel;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Where oneDNN's shared libraries are: in a jar, from which they are unpacked once. */
final class OneDnnFiles {
  static final String LIBRARY = "libdnnl.so.3";
  static final String OPEN_MP = "libgomp.so.1";

  private static final Pattern JAR = Pattern.compile("dnnl-(.+)-linux-x86_64\\.jar");
  private static final String FOLDER = "org/bytedeco/dnnl/linux-x86_64/";

  private OneDnnFiles() {}

  /**
   * Whether oneDNN multiplies bytes with instructions that add up in 32 bits. Without them it adds
   * pairs in 16 bits, and large ones saturate.
   */
  static boolean multipliesBytesExactly() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    if (!System.getProperty("os.arch", "").equals("amd64") || !Files.exists(cpus)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(cpus)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .filter(flags -> flags.contains("avx512_vnni") || flags.contains("avx_vnni"))
          .isPresent();
    }
  }

  /** The folder with both libraries, if the jar is on the class path or the module path. */
  static Optional<Path> unpacked() throws IOException {
    Optional<Path> jar = jar();
    if (jar.isEmpty()) {
      return Optional.empty();
    }
    Matcher name = JAR.matcher(jar.get().getFileName().toString());
    if (!name.matches()) {
      throw new IllegalStateException("not the jar that was looked for: " + jar.get());
    }
    Path folder = cache().resolve("onednn-" + name.group(1));
    Files.createDirectories(folder);
    try (JarFile file = new JarFile(jar.get().toFile())) {
      unpack(file, OPEN_MP, folder);
      unpack(file, LIBRARY, folder);
    }
    return Optional.of(folder);
  }

  private static Optional<Path> jar() throws IOException {
    String paths =
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path", "");
    for (String entry : paths.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          Optional<Path> jar = files.filter(OneDnnFiles::isJar).findFirst();
          if (jar.isPresent()) {
            return jar;
          }
        }
      } else if (isJar(path) && Files.exists(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private static boolean isJar(Path path) {
    return path.getFileName() != null && JAR.matcher(path.getFileName().toString()).matches();
  }

  private static Path cache() {
    String folder = System.getenv("XDG_CACHE_HOME");
    return folder == null || folder.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "hanok")
        : Path.of(folder, "hanok");
  }

  /** Writes a file whole or not at all: another program may be doing the same. */
  private static void unpack(JarFile jar, String name, Path folder) throws IOException {
    ZipEntry entry = jar.getEntry(FOLDER + name);
    if (entry == null) {
      throw new IOException("%s has no %s".formatted(jar.getName(), FOLDER + name));
    }
    Path target = folder.resolve(name);
    if (Files.exists(target) && Files.size(target) == entry.getSize()) {
      return;
    }
    Path partial = Files.createTempFile(folder, name.toLowerCase(Locale.ROOT), ".partial");
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
