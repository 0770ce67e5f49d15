package hanok.train.torch;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Loads libtorch, once. All of its libraries are unpacked before the first is opened: otherwise the
 * system's linker may complete a half-unpacked libtorch with another one that it finds, and the JVM
 * dies.
 */
final class LibTorch {
  private static final List<String> VARIANTS = List.of("-gpu", "");

  static {
    // Read when JavaCPP's classes are initialised. Left alone, it asks the system for the memory in
    // use at every allocation, and throws when libtorch has four times the Java heap.
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    if (System.getProperty("org.bytedeco.javacpp.cachedir") == null) {
      System.setProperty("org.bytedeco.javacpp.cachedir", cache().toString());
    }
  }

  private static boolean loaded;

  private LibTorch() {}

  /**
   * Makes libtorch usable.
   *
   * @throws UncheckedIOException if there is none for this machine, it does not load, or another
   *     one is in its way
   */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    try {
      refuseOthers(System.getenv("LD_LIBRARY_PATH"));
      unpack("openblas", System.mapLibraryName("jniopenblas_nolapack"), List.of(""));
      unpack("pytorch", System.mapLibraryName("jnitorch"), VARIANTS);
      Loader.load(torch.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LinkageError e) {
      throw new UncheckedIOException(
          new IOException("libtorch does not load: " + e.getMessage(), e));
    }
    loaded = true;
  }

  /**
   * A libtorch in a folder of {@code LD_LIBRARY_PATH} would be mixed with ours.
   *
   * @param folders the variable's value
   */
  static void refuseOthers(@Nullable String folders) throws IOException {
    if (folders == null) {
      return;
    }
    for (String folder : folders.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isDirectory(Path.of(folder))) {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
          if (files.anyMatch(file -> file.getFileName().toString().startsWith("libtorch"))) {
            throw new IOException(
                "LD_LIBRARY_PATH has %s, where another libtorch lies: take it out"
                    .formatted(folder));
          }
        }
      }
    }
  }

  private static void unpack(String library, String file, List<String> variants)
      throws IOException {
    for (String variant : variants) {
      URL url = resource(library, variant, file);
      if (url != null && url.openConnection() instanceof JarURLConnection jar) {
        unpack(jar.getJarFile(), folder(library, variant));
        return;
      }
    }
    throw new IOException(
        "there is no %s for %s: train on Linux x86-64, macOS on ARM or Windows x86-64"
            .formatted(library, Loader.getPlatform()));
  }

  private static void unpack(JarFile jar, String folder) throws IOException {
    for (JarEntry entry : jar.stream().toList()) {
      String name = entry.getName();
      boolean library = name.contains(".so") || name.endsWith(".dylib") || name.endsWith(".dll");
      if (name.startsWith(folder) && library) {
        Loader.cacheResource(ClassLoader.getSystemResource(name));
      }
    }
  }

  private static @Nullable URL resource(String library, String variant, String file) {
    return ClassLoader.getSystemResource(folder(library, variant) + file);
  }

  private static String folder(String library, String variant) {
    return "org/bytedeco/" + library + "/" + Loader.getPlatform() + variant + "/";
  }

  private static Path cache() {
    String folder = System.getenv("XDG_CACHE_HOME");
    return folder == null || folder.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "hanok", "native")
        : Path.of(folder, "hanok", "native");
  }
}
