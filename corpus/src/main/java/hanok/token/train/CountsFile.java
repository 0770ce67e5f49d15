package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.corpus.DocumentOptions;
import hanok.gguf.AtomicFile;
import hanok.gguf.MalformedModelException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file that {@link PieceCounts} are kept in. Big-endian: magic {@code HANOKPC1}; the cut; the
 * sources; the languages, each with its pieces in the order of their bytes, each piece as what it
 * shares with the one before, what follows, and its count; CRC-32C of everything before. Strings
 * are a length and UTF-8; lengths and counts of pieces are LEB128.
 */
final class CountsFile {
  private static final long MAGIC = 0x48414E4F4B504331L;
  private static final int TEXT_BYTES_MAX = 1 << 24;

  private CountsFile() {}

  static void write(PieceCounts counts, Path path) {
    AtomicFile.write(
        path,
        file -> {
          CheckedOutputStream checked =
              new CheckedOutputStream(
                  new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16), new CRC32C());
          // DataOutputStream writes small numbers byte by byte; they are gathered before the sum.
          DataOutputStream out = new DataOutputStream(new BufferedOutputStream(checked, 1 << 16));
          writeAll(counts, out);
          out.flush();
          out.writeLong(checked.getChecksum().getValue());
          out.flush();
        });
  }

  private static void writeAll(PieceCounts counts, DataOutputStream out) throws IOException {
    out.writeLong(MAGIC);
    PieceCounts.Cut cut = counts.cut();
    writeText(cut.rule(), out);
    out.writeInt(cut.literals().size());
    for (String literal : cut.literals()) {
      writeText(literal, out);
    }
    DocumentOptions documents = cut.documents();
    writeText(documents.textField(), out);
    writeText(Objects.requireNonNullElse(documents.langField(), ""), out);
    writeText(documents.lang(), out);
    out.writeBoolean(documents.lineDocuments());
    out.writeInt(counts.sources().size());
    for (PieceCounts.Source source : counts.sources()) {
      writeText(source.name(), out);
      out.writeLong(source.bytes());
      out.writeLong(source.documents());
      out.writeBoolean(source.whole());
    }
    out.writeInt(counts.languages().size());
    for (Map.Entry<String, PieceCounts.Language> language : counts.languages()) {
      writeText(language.getKey(), out);
      out.writeLong(language.getValue().documents());
      out.writeLong(language.getValue().bytes());
      writePieces(language.getValue().pieces(), out);
    }
  }

  private static void writePieces(PieceTable pieces, DataOutputStream out) throws IOException {
    out.writeInt(pieces.size());
    byte[] pool = pieces.pool();
    int before = 0;
    int beforeEnd = 0;
    for (int piece : inOrder(pieces)) {
      int start = pieces.start(piece);
      int end = pieces.end(piece);
      int shared = Arrays.mismatch(pool, before, beforeEnd, pool, start, end);
      shared = shared < 0 ? end - start : shared;
      writeNumber(shared, out);
      writeNumber(end - start - shared, out);
      out.write(pool, start + shared, end - start - shared);
      writeNumber(pieces.value(piece), out);
      before = start;
      beforeEnd = end;
    }
  }

  private static int[] inOrder(PieceTable pieces) {
    byte[] pool = pieces.pool();
    return IntStream.range(0, pieces.size())
        .boxed()
        .sorted((a, b) ->
            Arrays.compareUnsigned(
                pool, pieces.start(a), pieces.end(a), pool, pieces.start(b), pieces.end(b)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static void writeNumber(long number, OutputStream out) throws IOException {
    long rest = number;
    while (rest >= 0x80) {
      out.write((int) rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  static PieceCounts read(Path path) {
    try (CheckedInputStream checked =
            new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(path), 1 << 16), new CRC32C());
        DataInputStream in = new DataInputStream(checked)) {
      return new Reader(path, in, checked).all();
    } catch (EOFException e) {
      throw new MalformedModelException(
          path, MalformedModelException.NOWHERE, "the counts end too early");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Believes nothing before the sum at the end has been checked, and allocates by what it reads.
   */
  private record Reader(Path path, DataInputStream in, CheckedInputStream checked) {

    PieceCounts all() throws IOException {
      if (in.readLong() != MAGIC) {
        throw malformed("not piece counts of Hanok");
      }
      String rule = text();
      List<String> literals = new ArrayList<>();
      for (int left = size(); left > 0; left--) {
        literals.add(text());
      }
      String textField = text();
      String langField = text();
      DocumentOptions documents =
          new DocumentOptions(
              textField, langField.isEmpty() ? null : langField, text(), in.readBoolean());
      PieceCounts counts = new PieceCounts(new PieceCounts.Cut(rule, literals, documents));
      for (int left = size(); left > 0; left--) {
        counts.note(new PieceCounts.Source(text(), in.readLong(), in.readLong(), in.readBoolean()));
      }
      for (int left = size(); left > 0; left--) {
        PieceCounts.Language language = counts.language(text());
        language.count(in.readLong(), in.readLong());
        pieces(language.pieces());
      }
      long sum = checked.getChecksum().getValue();
      if (in.readLong() != sum || in.read() >= 0) {
        throw malformed("the sum at its end does not fit the counts");
      }
      return counts;
    }

    private void pieces(PieceTable pieces) throws IOException {
      byte[] piece = new byte[64];
      int length = 0;
      for (int left = size(); left > 0; left--) {
        long shared = number();
        long rest = number();
        if (shared > length || rest > TEXT_BYTES_MAX * 64L) {
          throw malformed("a piece of %d and %d bytes is damaged".formatted(shared, rest));
        }
        length = Math.toIntExact(shared);
        for (long i = 0; i < rest; i++) {
          if (length == piece.length) {
            piece = Arrays.copyOf(piece, 2 * length);
          }
          piece[length++] = in.readByte();
        }
        pieces.add(piece, 0, length, number());
      }
    }

    private int size() throws IOException {
      int size = in.readInt();
      if (size < 0) {
        throw malformed("a number of %d things is damaged".formatted(size));
      }
      return size;
    }

    private String text() throws IOException {
      int length = in.readInt();
      if (length < 0 || length > TEXT_BYTES_MAX) {
        throw malformed("a text of %d bytes is damaged".formatted(length));
      }
      byte[] utf8 = in.readNBytes(length);
      if (utf8.length < length) {
        throw new EOFException();
      }
      return new String(utf8, UTF_8);
    }

    private long number() throws IOException {
      long number = 0;
      for (int shift = 0; shift < 63; shift += 7) {
        int b = in.readUnsignedByte();
        number |= (b & 0x7FL) << shift;
        if (b < 0x80) {
          return number;
        }
      }
      throw malformed("a number of more than 63 bits is damaged");
    }

    private MalformedModelException malformed(String reason) {
      return new MalformedModelException(path, MalformedModelException.NOWHERE, reason);
    }
  }
}
