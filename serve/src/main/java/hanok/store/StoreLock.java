package hanok.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what in a store, among threads and among processes; the system forgets the locks of a
 * process that dies. Names change in the hands of one writer at a time. Whoever brings blobs that
 * no name holds yet, a pull or a create, is a user of the store, and blobs are thrown away only
 * while there is none.
 */
final class StoreLock {
  private static final Map<Path, StoreLock> ALL = new ConcurrentHashMap<>();

  private final Path root;
  private final ReentrantLock writer = new ReentrantLock();
  private int users;
  private @Nullable FileChannel usersChannel;

  /** Ends a use. */
  interface Use extends AutoCloseable {
    @Override
    void close();
  }

  private StoreLock(Path root) {
    this.root = root;
  }

  /** The lock of the store in a folder, which must be there. */
  static StoreLock of(Path root) throws IOException {
    return ALL.computeIfAbsent(root.toRealPath(), StoreLock::new);
  }

  /** Runs {@code action} alone; it may call this again. */
  <T> T writing(Supplier<T> action) {
    writer.lock();
    try {
      if (writer.getHoldCount() > 1) {
        return action.get();
      }
      try (FileChannel channel = open(".lock");
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        return action.get();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } finally {
      writer.unlock();
    }
  }

  /** From now on, and until it is closed, no blob disappears. */
  synchronized Use use() {
    if (users == 0) {
      usersChannel = lockShared();
    }
    users++;
    return this::endUse;
  }

  @SuppressWarnings("MustBeClosedChecker") // the last user closes it
  private FileChannel lockShared() {
    try {
      FileChannel channel = FileChannel.open(root.resolve(".users"), CREATE, READ, WRITE);
      try {
        channel.lock(0, Long.MAX_VALUE, true);
        return channel;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void endUse() {
    users--;
    if (users == 0 && usersChannel != null) {
      try {
        usersChannel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Runs {@code action} if nobody uses the store, and lets nobody begin meanwhile. */
  synchronized void ifUnused(Runnable action) {
    if (users > 0) {
      return;
    }
    try (FileChannel channel = open(".users");
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        action.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileChannel open(String name) throws IOException {
    Files.createDirectories(root);
    return FileChannel.open(root.resolve(name), CREATE, WRITE);
  }
}
