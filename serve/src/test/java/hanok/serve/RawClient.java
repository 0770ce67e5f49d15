package hanok.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A client that sends what no library would. */
final class RawClient implements AutoCloseable {
  private final Socket socket = new Socket();

  RawClient(int port) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
    socket.setTcpNoDelay(true);
  }

  RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(UTF_8));
    return this;
  }

  /** A request with a body, with its length. */
  RawClient post(String path, String body) throws IOException {
    byte[] bytes = body.replace('\'', '"').getBytes(UTF_8);
    send("POST %s HTTP/1.1\nHost: localhost\nContent-Length: %d\n\n".formatted(path, bytes.length));
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** What comes until the other side closes, or the time is over. */
  String read(Duration limit) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    long deadline = System.nanoTime() + limit.toNanos();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8192];
    try {
      while (true) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          break;
        }
        socket.setSoTimeout((int) left);
        int count = in.read(buffer);
        if (count < 0) {
          break;
        }
        all.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException e) {
      // what has come so far
    }
    return all.toString(ISO_8859_1);
  }

  /** What comes until this text is part of it. */
  String readUntil(String end, Duration limit) throws IOException {
    StringBuilder all = new StringBuilder();
    socket.setSoTimeout((int) limit.toMillis());
    InputStream in = socket.getInputStream();
    while (all.indexOf(end) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed after: " + all);
      }
      all.append((char) b);
    }
    return all.toString();
  }

  /** Whether the other side closes within a time, without another byte or with some. */
  boolean closedWithin(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        socket.setSoTimeout(Math.max(1, (int) ((deadline - System.nanoTime()) / 1_000_000)));
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      }
      return false;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  /** Leaves without a word. */
  void drop() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
