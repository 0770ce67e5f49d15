package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.Io;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Lines from a pipe or a file: no prompt, no history. */
final class PlainLines implements LineSource {
  private final BufferedReader in;
  private final PrintWriter out;

  PlainLines(Io io) {
    in = new BufferedReader(new InputStreamReader(io.in(), UTF_8));
    out = new PrintWriter(new OutputStreamWriter(io.out(), UTF_8), true);
  }

  @Override
  public @Nullable String read(String prompt) {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public PrintWriter out() {
    return out;
  }

  @Override
  public boolean interactive() {
    return false;
  }

  @Override
  public BooleanSupplier watchInterrupt() {
    return out::checkError;
  }

  @Override
  public void close() {
    out.flush();
  }
}
