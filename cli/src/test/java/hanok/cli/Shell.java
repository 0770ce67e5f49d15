package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.Io;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** Runs commands in this JVM, as a shell would: arguments and input in, three things out. */
final class Shell {
  static final Path GOLDEN = Path.of("..", "golden");
  static final String MODEL = GOLDEN.resolve("exaone-a-Q5_K_M.gguf").toString();

  private final Map<String, String> environment = new HashMap<>(Map.of("LANG", "en_US.UTF-8"));

  record Outcome(int code, byte[] bytes, String out, String err) {}

  Shell with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** What a command line is made of, without running it. */
  CommandLine commandLine(String... arguments) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    InputStream nothing = InputStream.nullInputStream();
    Io io = new Io(nothing, nowhere, nowhere, false, false, environment);
    return Hanok.commandLine(arguments, io);
  }

  Outcome run(String... arguments) {
    return pipe("", arguments);
  }

  Outcome pipe(String input, String... arguments) {
    return pipe(input.getBytes(UTF_8), arguments);
  }

  /** As if somebody at a terminal had typed the input. */
  Outcome type(String input, String... arguments) {
    return run(input.getBytes(UTF_8), true, arguments);
  }

  Outcome pipe(byte[] input, String... arguments) {
    return run(input, false, arguments);
  }

  private Outcome run(byte[] input, boolean typed, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, UTF_8);
    PrintStream errStream = new PrintStream(err, true, UTF_8);
    ByteArrayInputStream in = new ByteArrayInputStream(input);
    Io io = new Io(in, outStream, errStream, typed, false, environment);
    int code = Hanok.run(arguments, io);
    outStream.flush();
    byte[] bytes = out.toByteArray();
    return new Outcome(code, bytes, new String(bytes, UTF_8), err.toString(UTF_8));
  }
}
