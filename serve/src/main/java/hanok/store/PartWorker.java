package hanok.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fetches parts of a file, one after the other, each as often as it takes. */
final class PartWorker {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final PartState state;
  private final FileChannel file;
  private final Http.Opener opener;
  private final Patience patience;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Object gate = new Object();
  private volatile @Nullable InputStream stream;
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean stopped;
  private volatile boolean stalled;

  /** The server sends the whole file, whatever range it is asked for. */
  static final class RangeIgnoredException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  PartWorker(PartState state, FileChannel file, Http.Opener opener, Patience patience) {
    this.state = state;
    this.file = file;
    this.opener = opener;
    this.patience = patience;
  }

  /** Fetches what is missing of a part. */
  void fetch(int part) throws IOException, InterruptedException {
    long most = state.done(part);
    int failures = 0;
    while (!state.isDone(part) && !stopped) {
      try {
        transfer(part);
      } catch (IOException e) {
        failures = state.done(part) > most ? 1 : failures + 1;
        most = Math.max(most, state.done(part));
        if (failures >= patience.tries() || stopped || isOurs(e)) {
          throw e;
        }
        patience.pause(failures, Http.retryAfter(e));
      }
    }
  }

  /** Whether it is our disk that fails, and not the network. */
  private static boolean isOurs(IOException e) {
    return e instanceof DiskException;
  }

  /** Our disk fails, which another try does not better. */
  static final class DiskException extends IOException {
    private static final long serialVersionUID = 1;

    DiskException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private void transfer(int part) throws IOException, InterruptedException {
    long from = state.offset(part) + state.done(part);
    long to = state.offset(part) + state.length(part);
    HttpResponse<InputStream> response = opener.open("bytes=%d-%d".formatted(from, to - 1));
    try (InputStream in = response.body()) {
      lastNanos = System.nanoTime();
      stream = in;
      Http.refuse(response, 200, 206);
      if (response.statusCode() == 206) {
        check(response, from, to);
      } else if (state.parts() > 1) {
        throw new RangeIgnoredException();
      } else {
        state.restart(part);
      }
      long position = state.offset(part) + state.done(part);
      refuseLength(response, to - position);
      receive(in, part, position, to);
    } catch (IOException e) {
      if (stalled && !isOurs(e)) {
        throw new IOException(
            "%s has sent nothing for %d seconds"
                .formatted(response.uri().getHost(), patience.stall().toSeconds()),
            e);
      }
      throw e;
    } finally {
      stream = null;
      stalled = false;
    }
  }

  private static void check(HttpResponse<?> response, long from, long to) throws IOException {
    String header = response.headers().firstValue("Content-Range").orElse("");
    Matcher range = CONTENT_RANGE.matcher(header);
    if (!range.matches()
        || Long.parseLong(range.group(1)) != from
        || Long.parseLong(range.group(2)) != to - 1) {
      throw new IOException(
          "%s was asked for bytes %d-%d and sends \"%s\""
              .formatted(response.uri().getHost(), from, to - 1, header));
    }
  }

  private static void refuseLength(HttpResponse<?> response, long expected) throws IOException {
    long length = response.headers().firstValueAsLong("Content-Length").orElse(expected);
    if (length != expected) {
      throw new IOException(
          "%s sends %d bytes, not %d".formatted(response.uri().getHost(), length, expected));
    }
  }

  private void receive(InputStream in, int part, long from, long to) throws IOException {
    long position = from;
    while (!stopped) {
      // One byte more than is wanted would be too many.
      int count = in.read(buffer, 0, (int) Math.min(BUFFER_BYTES, to - position + 1));
      lastNanos = System.nanoTime();
      if (count < 0) {
        break;
      }
      if (count > to - position) {
        throw new IOException("the server sends more than it was asked for");
      }
      write(ByteBuffer.wrap(buffer, 0, count), position);
      position += count;
      state.add(part, count);
    }
    if (position < to && !stopped) {
      throw new IOException("the connection ended %d bytes early".formatted(to - position));
    }
  }

  private void write(ByteBuffer bytes, long at) throws IOException {
    synchronized (gate) {
      if (stopped) {
        throw new IOException("stopped");
      }
      try {
        long position = at;
        while (bytes.hasRemaining()) {
          position += file.write(bytes, position);
        }
      } catch (IOException e) {
        throw new DiskException(e);
      }
    }
  }

  /** Ends a connection on which nothing has come for too long. */
  void endStall(long nowNanos) {
    InputStream open = stream;
    if (open != null && nowNanos - lastNanos > patience.stall().toNanos()) {
      stalled = true;
      close(open);
    }
  }

  /**
   * Ends everything; {@link #fetch} returns or throws soon. A thread that is interrupted while it
   * writes would close the file for all, so that happens between writes.
   */
  void stop(Thread thread) {
    synchronized (gate) {
      stopped = true;
      thread.interrupt();
    }
    InputStream open = stream;
    if (open != null) {
      close(open);
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      return; // it is ending anyway
    }
  }
}
