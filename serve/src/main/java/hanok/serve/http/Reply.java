package hanok.serve.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.serve.api.ApiException;
import hanok.serve.api.ErrorForm;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer on its way to a client. Status and headers go out with the first byte; an error before
 * that has a status, one after it goes into the stream.
 *
 * <p>Only a write can tell that a client has left. So while there is nothing to say, after the
 * first second of silence, a reply writes what every client passes over: a space, or a comment.
 */
public final class Reply {

  /** How pieces are separated. */
  public enum Form {
    /** One JSON value. */
    JSON("application/json; charset=utf-8", " "),
    /** A JSON value a line. */
    NDJSON("application/x-ndjson", " "),
    /** Server-sent events. */
    SSE("text/event-stream", ": ping\n\n");

    private final String contentType;
    private final String heartbeat;

    Form(String contentType, String heartbeat) {
      this.contentType = contentType;
      this.heartbeat = heartbeat;
    }
  }

  private static final Duration SILENCE_MAX = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofMillis(500);

  private final ServerResponse response;
  private final Form form;
  private final ErrorForm errors;
  private final Watchdog watchdog;
  private final Duration writeLimit;
  private @Nullable OutputStream out;
  private long lastWrite = System.nanoTime();

  /**
   * @param writeLimit how long a client may leave a write waiting
   */
  public Reply(
      ServerResponse response,
      Form form,
      ErrorForm errors,
      Watchdog watchdog,
      Duration writeLimit) {
    this.response = response;
    this.form = form;
    this.errors = errors;
    this.watchdog = watchdog;
    this.writeLimit = writeLimit;
  }

  /** Whether the status can no longer change. */
  public boolean started() {
    return out != null;
  }

  /** Sends a piece of a stream, or the whole of a JSON answer. */
  public void send(JsonNode piece) {
    switch (form) {
      case JSON -> whole(200, piece);
      case NDJSON -> write(piece + "\n");
      case SSE -> write("data: " + piece + "\n\n");
    }
  }

  /** Sends an event that has a name. */
  public void event(String name, JsonNode data) {
    write("event: " + name + "\ndata: " + data + "\n\n");
  }

  /** Sends the line by which OpenAI's streams end. */
  public void sendDone() {
    write("data: [DONE]\n\n");
  }

  /** Sends an error: with its status, if nothing has been sent, or else as the last piece. */
  public void fail(ApiException error) {
    JsonNode body = errors.body(error);
    if (!started()) {
      if (error.status() == 503 || error.status() == 429) {
        response.header(HeaderNames.RETRY_AFTER, "1");
      }
      whole(error.status(), body);
    } else {
      if (form != Form.SSE && body instanceof ObjectNode object) {
        object.put("status", error.status()); // the head has said 200
      }
      write(form == Form.SSE ? "data: " + body + "\n\n" : body + "\n");
    }
  }

  private void whole(int status, JsonNode body) {
    if (started()) {
      write(body.toString());
      return;
    }
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, Form.JSON.contentType);
    guard(() -> response.send(body.toString().getBytes(UTF_8)));
  }

  /** Ends the stream. */
  public void end() {
    OutputStream stream = out;
    if (stream != null) {
      guard(stream::close);
    }
  }

  /** Waits for a result, and keeps the client company meanwhile. */
  public <T> T await(CompletableFuture<T> result) {
    try {
      while (true) {
        try {
          return result.get(nanosToBeat(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          beat();
        }
      }
    } catch (InterruptedException e) {
      throw new ClientGoneException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  /**
   * Waits for the next element of a queue, and keeps the client company meanwhile; also if elements
   * come all the time, but nothing is made of them yet.
   */
  public <T> T next(BlockingQueue<T> queue) {
    try {
      while (true) {
        long left = nanosToBeat();
        T next = left > 0 ? queue.poll(left, TimeUnit.NANOSECONDS) : null;
        if (next != null) {
          return next;
        }
        beat();
      }
    } catch (InterruptedException e) {
      throw new ClientGoneException(e);
    }
  }

  private long nanosToBeat() {
    Duration silence = started() ? HEARTBEAT : SILENCE_MAX;
    return silence.toNanos() - (System.nanoTime() - lastWrite);
  }

  private void beat() {
    write(form.heartbeat);
  }

  private void write(String text) {
    write(text.getBytes(UTF_8));
  }

  private void write(byte[] bytes) {
    guard(() -> {
      OutputStream stream = out == null ? start() : out;
      stream.write(bytes);
      stream.flush();
    });
    lastWrite = System.nanoTime();
  }

  private OutputStream start() {
    response.header(HeaderNames.CONTENT_TYPE, form.contentType);
    response.header(HeaderNames.CACHE_CONTROL, "no-cache");
    response.header("X-Accel-Buffering", "no"); // proxies shall pass pieces on as they come
    OutputStream stream = response.outputStream();
    out = stream;
    return stream;
  }

  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }

  private void guard(Write write) {
    try {
      watchdog.<@Nullable Void, IOException>within(
          writeLimit,
          () -> {
            write.run();
            return null;
          });
    } catch (IOException | UncheckedIOException | CloseConnectionException e) {
      throw new ClientGoneException(e);
    }
  }
}
