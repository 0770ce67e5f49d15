package hanok.serve.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The lines of a stream, read by a thread of their own: a read cannot be given up, but to wait for
 * one can.
 */
final class LinesAhead implements AutoCloseable {
  /** How long it takes until somebody notices that they are no longer wanted. */
  static final int PATIENCE_MILLIS = 50;

  private static final int LINES_MAX = 256;

  private sealed interface Event {
    record Line(String text) implements Event {}

    record Failed(IOException cause) implements Event {}

    record End() implements Event {}
  }

  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(LINES_MAX);
  private final Thread reading;

  LinesAhead(InputStream in) {
    reading = Thread.ofVirtual().start(() -> read(in));
  }

  private void read(InputStream in) {
    try {
      try {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          events.put(new Event.Line(line));
        }
        events.put(new Event.End());
      } catch (IOException e) {
        events.put(new Event.Failed(e));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody wants the rest
    }
  }

  /**
   * Hands over every line that is not blank, as it comes.
   *
   * @return whether that was all of them; false if it was cancelled
   * @throws IOException if the stream breaks
   */
  boolean forEach(Consumer<String> lines, BooleanSupplier cancelled)
      throws IOException, InterruptedException {
    while (!cancelled.getAsBoolean()) {
      switch (events.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        case null -> {} // perhaps it was cancelled meanwhile
        case Event.Line(String text) -> {
          if (!text.isBlank()) {
            lines.accept(text);
          }
        }
        case Event.Failed(IOException cause) -> throw cause;
        case Event.End() -> {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void close() {
    reading.interrupt();
  }
}
