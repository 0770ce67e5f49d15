package hanok.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Gzip as in RFC 1952: any number of members one after the other, each checked. The JDK's stream
 * takes a member that begins but does not go on for the end of the file, and so loses text without
 * a word; this one throws an {@link EOFException}. Zeros after the last member are padding.
 */
final class GzipInput extends InputStream {
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int HEADER_CHECK = 2;

  private final InputStream stored;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private boolean inMember;
  private boolean finished;

  GzipInput(InputStream stored) {
    this.stored = stored;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    while (!finished) {
      if (!inMember && !header()) {
        finished = true;
        break;
      }
      int n = inflate(into, from, length);
      crc.update(into, from, n);
      if (inflater.finished()) {
        trailer();
      }
      if (n > 0) {
        return n;
      }
    }
    return length == 0 ? 0 : -1;
  }

  private int inflate(byte[] into, int from, int length) throws IOException {
    try {
      while (true) {
        if (inflater.needsInput()) {
          if (at == end && !fill()) {
            throw new EOFException();
          }
          inflater.setInput(buffer, at, end - at);
          at = end;
        }
        int n = inflater.inflate(into, from, length);
        if (n > 0 || inflater.finished()) {
          return n;
        }
        if (inflater.needsDictionary()) {
          throw new ZipException("it asks for a dictionary");
        }
      }
    } catch (DataFormatException e) {
      throw (ZipException) new ZipException(String.valueOf(e.getMessage())).initCause(e);
    }
  }

  /** Reads the header of a member; false if there is none. */
  private boolean header() throws IOException {
    int first = first();
    if (first < 0) {
      return false;
    }
    if (first != 0x1f || next() != 0x8b || next() != 8) {
      throw new ZipException("after a member there is something that is not gzip");
    }
    int flags = next();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(next() | next() << 8);
    }
    for (int flag : new int[] {NAME, COMMENT}) {
      if ((flags & flag) != 0) {
        while (next() != 0) {}
      }
    }
    skip((flags & HEADER_CHECK) != 0 ? 2 : 0);
    inflater.reset();
    crc.reset();
    inMember = true;
    return true;
  }

  /** The first byte that is no padding, or -1. */
  private int first() throws IOException {
    while (at < end || fill()) {
      int b = buffer[at++] & 0xFF;
      if (b != 0) {
        return b;
      }
    }
    return -1;
  }

  private void trailer() throws IOException {
    at = end - inflater.getRemaining();
    long check = little() & 0xFFFF_FFFFL;
    int size = little();
    if (check != crc.getValue() || size != (int) inflater.getBytesWritten()) {
      throw new ZipException("its checksum does not match");
    }
    inMember = false;
  }

  private int little() throws IOException {
    return next() | next() << 8 | next() << 16 | next() << 24;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  private int next() throws IOException {
    if (at == end && !fill()) {
      throw new EOFException();
    }
    return buffer[at++] & 0xFF;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, stored.read(buffer, 0, buffer.length));
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    stored.close();
  }
}
