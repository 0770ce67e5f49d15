package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.corpus.Document;
import hanok.corpus.DocumentReader;
import hanok.corpus.Documents;
import hanok.model.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the pieces of files of documents on several threads: one reads, the others cut. A document
 * is a unit: no piece reaches over its end. Whatever the number of threads, the counts are the
 * same.
 *
 * @param files in the order in which they are read
 * @param cut how they are read and cut
 * @param threads that cut
 * @param keep where the counts are kept, and taken up again; null: nowhere
 */
public record PieceCounter(
    List<Path> files, PieceCounts.Cut cut, int threads, @Nullable Path keep) {
  private static final int BATCH_CHARS = 1 << 20;
  private static final long KEEP_NANOS = 60_000_000_000L;

  public PieceCounter {
    files = List.copyOf(files);
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread must count, got " + threads);
    }
  }

  /**
   * Counts what is not counted yet, and keeps the counts every minute and at the end.
   *
   * @param progress in bytes of the files
   * @param stop asked after each document; when it says so, counting ends, and the counts are kept
   * @return the counts; they are not whole if {@code stop} said so
   * @throws IllegalArgumentException if counts were kept of other files, or made in another way
   */
  public PieceCounts count(Progress progress, BooleanSupplier stop) {
    PieceCounts counts = kept();
    try (Run run = new Run(counts, progress, stop)) {
      for (Path file : files) {
        PieceCounts.Source source = counts.source(file.toString());
        boolean whole = source != null && source.whole();
        if (!run.stopped() && !whole) {
          run.count(file, source == null ? 0 : source.documents());
        }
        run.fileDone(file);
      }
    }
    return counts;
  }

  /** The counts that are there already. */
  private PieceCounts kept() {
    if (keep == null || !Files.exists(keep)) {
      return new PieceCounts(cut);
    }
    PieceCounts counts = PieceCounts.load(keep);
    counts.requireCut(cut);
    List<String> names = files.stream().map(Path::toString).toList();
    for (PieceCounts.Source source : counts.sources()) {
      if (!names.contains(source.name())) {
        throw new IllegalArgumentException(
            "%s was made of %s too, which is not among the files to read"
                .formatted(keep, source.name()));
      }
      long bytes = bytes(Path.of(source.name()));
      if (bytes != source.bytes()) {
        throw new IllegalArgumentException(
            "%s has %d bytes now, but %d when %s was made of it; delete that file to count anew"
                .formatted(source.name(), bytes, source.bytes(), keep));
      }
    }
    return counts;
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Threads at work, each with counts of its own until they are gathered. */
  private final class Run implements AutoCloseable {
    private final PieceCounts counts;
    private final Progress progress;
    private final BooleanSupplier stop;
    private final BlockingQueue<PieceCounts> free = new ArrayBlockingQueue<>(threads);
    private final List<Future<?>> working = new ArrayList<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(threads);
    private final long bytesTotal = files.stream().mapToLong(PieceCounter::bytes).sum();
    private long bytesDone;
    private long keptAt = System.nanoTime();
    private boolean stopped;
    private boolean failed;

    Run(PieceCounts counts, Progress progress, BooleanSupplier stop) {
      this.counts = counts;
      this.progress = progress;
      this.stop = stop;
      for (int i = 0; i < threads; i++) {
        free.add(new PieceCounts(cut));
      }
    }

    boolean stopped() {
      return stopped;
    }

    /** Counts the documents of a file but for the first ones, which are counted already. */
    void count(Path file, long already) {
      try (DocumentReader reader = Documents.open(file, cut.documents())) {
        for (long i = 0; i < already; i++) {
          if (reader.next() == null) {
            throw new IllegalArgumentException(
                "%s has %d documents, but %d of it are counted".formatted(file, i, already));
          }
        }
        long documents = already;
        Document document = null;
        do {
          List<Document> batch = new ArrayList<>();
          int chars = 0;
          while (chars < BATCH_CHARS && !stopped && (document = reader.next()) != null) {
            batch.add(document);
            chars += document.text().length();
            stopped = stop.getAsBoolean();
          }
          documents += batch.size();
          hand(batch);
          boolean whole = document == null && !stopped;
          counts.note(new PieceCounts.Source(file.toString(), bytes(file), documents, whole));
          progress.report(
              Math.min(bytesDone + reader.bytesRead(), Math.max(0, bytesTotal - 1)), bytesTotal);
          keepFromTimeToTime();
        } while (document != null && !stopped);
      }
    }

    void fileDone(Path file) {
      bytesDone += bytes(file);
      if (!stopped) {
        progress.report(bytesDone, bytesTotal);
      }
    }

    /** Gives documents to a thread, as soon as one has room. */
    private void hand(List<Document> batch) {
      PieceCounts own = take();
      working.removeIf(work -> work.isDone() && await(work) == null);
      working.add(
          pool.submit(() -> {
            try {
              TextCounter counter = new TextCounter(own);
              for (Document document : batch) { // whose text has no lone surrogates
                counter.add(document.lang(), document.text().getBytes(UTF_8));
              }
            } finally {
              free.add(own);
            }
          }));
    }

    /** What a thread has failed on ends everything, and only once. */
    private @Nullable Object await(Future<?> work) {
      boolean fine = false;
      try {
        Object nothing = Ranges.await(work);
        fine = true;
        return nothing;
      } finally {
        failed |= !fine;
      }
    }

    private PieceCounts take() {
      try {
        return free.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }

    private void keepFromTimeToTime() {
      if (keep != null && System.nanoTime() - keptAt > KEEP_NANOS) {
        gather();
        counts.save(keep);
        keptAt = System.nanoTime();
      }
    }

    /** Waits for all threads and adds what they have counted. */
    private void gather() {
      working.forEach(this::await);
      working.clear();
      for (int i = 0; i < threads; i++) {
        counts.absorb(take());
      }
      for (int i = 0; i < threads; i++) {
        free.add(new PieceCounts(cut));
      }
    }

    /** What was counted is kept, also if a later document is damaged. */
    @Override
    public void close() {
      try {
        if (failed) {
          return;
        }
        gather();
        if (keep != null && !counts.sources().isEmpty()) {
          counts.save(keep);
        }
      } finally {
        pool.shutdownNow();
      }
    }
  }
}
