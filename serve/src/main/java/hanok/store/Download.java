package hanok.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one blob: in parts, four at a time, into {@code partial/sha256-…}; goes on where an
 * earlier try, or an earlier process, has ended; and hands it to the store when its digest is
 * right. One process at a time fetches a blob; another waits, and finds it done.
 */
final class Download {
  private static final int WORKERS = 4;
  private static final Duration TICK = Duration.ofMillis(50);
  private static final long CHECKPOINT_NANOS = 1_000_000_000;
  private static final int BUFFER_BYTES = 1 << 20;

  private final BlobStore blobs;
  private final Layer layer;
  private final Http.Opener opener;
  private final Patience patience;
  private final LongConsumer completed;
  private final BooleanSupplier cancelled;
  private final Path file;
  private final Path stateFile;
  private long reported;

  /**
   * @param folder for what is half-finished
   * @param completed is told how many bytes are there; never fewer than before
   */
  Download(
      BlobStore blobs,
      Path folder,
      Layer layer,
      Http.Opener opener,
      Patience patience,
      LongConsumer completed,
      BooleanSupplier cancelled) {
    this.blobs = blobs;
    this.layer = layer;
    this.opener = opener;
    this.patience = patience;
    this.completed = completed;
    this.cancelled = cancelled;
    file = folder.resolve(layer.digest().fileName());
    stateFile = folder.resolve(layer.digest().fileName() + ".state");
  }

  /**
   * Fetches the blob.
   *
   * @param verifying runs when all bytes are there
   * @return false if another has fetched it meanwhile
   * @throws IntegrityException if they are not what they should be; they are thrown away
   * @throws CancellationException if nobody wants it any more; what is there stays
   */
  boolean run(Runnable verifying) throws IOException, InterruptedException {
    Files.createDirectories(Durable.folder(file));
    try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
        FileLock lock = lock(channel)) {
      assert lock.isValid();
      if (blobs.has(layer.digest()) && blobs.size(layer.digest()) == layer.size()) {
        Files.deleteIfExists(file);
        Files.deleteIfExists(stateFile);
        return false;
      }
      fetch(channel);
      verifying.run();
      verify(channel);
      blobs.adopt(file, layer.digest());
      Files.deleteIfExists(stateFile);
      return true;
    }
  }

  private FileLock lock(FileChannel channel) throws IOException, InterruptedException {
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // Another pull of this process; wait as for one of another.
      }
      refuseCancelled();
      Thread.sleep(TICK);
    }
  }

  private void refuseCancelled() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the pull was cancelled");
    }
  }

  private void fetch(FileChannel channel) throws IOException, InterruptedException {
    PartState state = PartState.load(stateFile, layer.size(), patience.partBytes(), channel.size());
    requireSpace(layer.size() - state.completed());
    try {
      fetch(channel, state);
    } catch (PartWorker.RangeIgnoredException e) {
      fetch(channel, new PartState(layer.size(), layer.size()));
    }
  }

  private void requireSpace(long bytes) throws IOException {
    long free = Files.getFileStore(file).getUsableSpace();
    if (free > 0 && free < bytes) { // some file systems do not say, and say 0

      throw new IOException(
          "%d bytes more are needed, but the disk of %s has %d"
              .formatted(bytes, file.getParent(), free));
    }
  }

  /** The parts of one attempt, its workers, and the first thing that went wrong. */
  private final class Attempt {
    final FileChannel channel;
    final PartState state;
    final AtomicInteger next = new AtomicInteger();
    final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    final List<PartWorker> workers = new ArrayList<>();
    final List<Thread> threads = new ArrayList<>();
    long checkpointNanos = System.nanoTime();
    long checkpointBytes;

    Attempt(FileChannel channel, PartState state) {
      this.channel = channel;
      this.state = state;
      checkpointBytes = state.completed();
    }

    void start() {
      for (int i = 0; i < Math.min(WORKERS, state.parts()); i++) {
        PartWorker worker = new PartWorker(state, channel, opener, patience);
        workers.add(worker);
        threads.add(Thread.ofVirtual().start(() -> work(worker)));
      }
    }

    private void work(PartWorker worker) {
      try {
        for (int part = next.getAndIncrement();
            part < state.parts() && failure.get() == null;
            part = next.getAndIncrement()) {
          worker.fetch(part);
        }
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      }
    }

    void watch() throws IOException, InterruptedException {
      while (failure.get() == null && threads.stream().anyMatch(Thread::isAlive)) {
        for (Thread thread : threads) {
          if (!thread.join(TICK)) {
            break;
          }
        }
        long now = System.nanoTime();
        workers.forEach(worker -> worker.endStall(now));
        report(state.completed());
        if (now - checkpointNanos > CHECKPOINT_NANOS) {
          checkpoint();
        }
        refuseCancelled();
      }
    }

    void stop() {
      for (int i = 0; i < workers.size(); i++) {
        workers.get(i).stop(threads.get(i));
      }
      boolean interrupted = false;
      for (Thread thread : threads) {
        while (thread.isAlive()) {
          try {
            thread.join();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    /** Data first, then what is said of it. */
    void checkpoint() throws IOException {
      byte[] snapshot = state.snapshot();
      long bytes = state.completed();
      if (bytes != checkpointBytes) {
        channel.force(false);
        Durable.write(stateFile, snapshot);
      }
      checkpointBytes = bytes;
      checkpointNanos = System.nanoTime();
    }
  }

  private void fetch(FileChannel channel, PartState state)
      throws IOException, InterruptedException {
    report(state.completed());
    Attempt attempt = new Attempt(channel, state);
    attempt.start();
    try {
      attempt.watch();
    } finally {
      attempt.stop();
      attempt.checkpoint();
    }
    rethrow(attempt.failure.get());
    report(state.completed());
  }

  private static void rethrow(@Nullable Throwable failure)
      throws IOException, InterruptedException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure);
    }
  }

  private void report(long bytes) {
    if (bytes > reported) {
      reported = bytes;
      completed.accept(bytes);
    }
  }

  private void verify(FileChannel channel) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long position = 0;
    for (int count = channel.read(buffer, 0); count >= 0; count = channel.read(buffer, position)) {
      sha256.update(buffer.flip());
      buffer.clear();
      position += count;
      refuseCancelled();
    }
    Digest actual = Digest.of(sha256);
    if (!actual.equals(layer.digest()) || position != layer.size()) {
      channel.truncate(0);
      Files.deleteIfExists(stateFile);
      throw new IntegrityException(
          "what was downloaded is not what was promised: digest mismatch, %s, not %s; pull again"
              .formatted(actual, layer.digest()));
    }
    channel.force(true);
  }
}
