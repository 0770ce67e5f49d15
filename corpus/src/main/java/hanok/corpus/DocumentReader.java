package hanok.corpus;

import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/** The documents of one file, in its order. Not for several threads at once. */
public interface DocumentReader extends Closeable {

  /**
   * The next document, or null after the last one.
   *
   * @throws hanok.gguf.MalformedModelException if the file is not what its name says
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  @Nullable Document next();

  /** How many bytes of the file, as it is stored, have been read. */
  long bytesRead();

  /** How many bytes the file has, as it is stored. */
  long bytesTotal();

  @Override
  void close();
}
