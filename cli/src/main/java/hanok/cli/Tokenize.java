package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.token.EncodeOptions;
import hanok.token.Encoding;
import hanok.token.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code tokenize MODEL.gguf|tokenizer.json}: standard input to ids, or back. */
@Command(name = "tokenize")
final class Tokenize implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "MODEL.gguf|tokenizer.json")
  Path path;

  @Option(names = "--show")
  boolean show;

  @Option(names = "--count")
  boolean count;

  @Option(names = "--special")
  boolean special;

  @Option(names = "--nfc")
  boolean nfc;

  @Option(names = "--decode")
  boolean decode;

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(path)) {
      throw new Failure(ExitCode.NOT_FOUND, "error.noSuchFile", path);
    }
    Tokenizer tokenizer = Tokenizer.load(path);
    String text = text(hanok.io().in().readAllBytes());
    PrintStream out = hanok.io().out();
    if (decode) {
      for (int id : ids(text)) {
        out.write(tokenizer.bytes(id));
      }
      out.flush();
      return ExitCode.OK;
    }
    if (show) {
      show(tokenizer, text, out);
      return ExitCode.OK;
    }
    EncodeOptions.Normalization form =
        nfc ? EncodeOptions.Normalization.NFC : EncodeOptions.Normalization.AUTO;
    int[] ids = tokenizer.encode(text, new EncodeOptions(special, false, form));
    if (count) {
      out.println(ids.length);
    } else if (hanok.json()) {
      out.println(Arrays.toString(ids));
    } else {
      out.println(Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    }
    return ExitCode.OK;
  }

  private static void show(Tokenizer tokenizer, String text, PrintStream out) {
    Encoding encoding = tokenizer.encodeWithOffsets(text);
    for (int i = 0; i < encoding.ids().length; i++) {
      int id = encoding.ids()[i];
      out.printf(
          "%7d  %-24s %d-%d%n",
          id, escape(tokenizer.bytes(id)), encoding.starts()[i], encoding.ends()[i]);
    }
  }

  /** A piece on one line: text if it is text, with bytes that are not as {@code \xNN}. */
  private static String escape(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    StringBuilder escaped = new StringBuilder("\"");
    if (text.contains("\uFFFD")) {
      for (byte b : bytes) {
        escaped.append("\\x%02X".formatted(b & 0xFF));
      }
    } else {
      text.codePoints().forEach(c -> appendEscaped(escaped, c));
    }
    return escaped.append('"').toString();
  }

  private static void appendEscaped(StringBuilder escaped, int c) {
    switch (c) {
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      case '"', '\\' -> escaped.append('\\').appendCodePoint(c);
      default -> {
        if (Character.isISOControl(c)) {
          escaped.append("\\u%04X".formatted(c));
        } else {
          escaped.appendCodePoint(c);
        }
      }
    }
  }

  /** The input as text; what is not UTF-8 is refused, because its ids would be another text's. */
  private static String text(byte[] bytes) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result = decoder.decode(in, text, true);
    if (result.isError()) {
      throw new Failure(ExitCode.FAILURE, "tokenize.notUtf8", in.position());
    }
    return text.flip().toString();
  }

  /** Ids between anything that is not a digit: spaces, commas, brackets. */
  private static int[] ids(String text) {
    String list = text.strip().replaceAll("^\\[|]$", "").strip();
    if (list.isEmpty()) {
      return new int[0];
    }
    String[] parts = list.split("[\\s,]+", -1);
    int[] ids = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        ids[i] = Integer.parseInt(parts[i]);
      } catch (NumberFormatException e) {
        throw new Failure(ExitCode.USAGE, "error.notAnId", parts[i]);
      }
    }
    return ids;
  }
}
