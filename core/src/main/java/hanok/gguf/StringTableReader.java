package hanok.gguf;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Reads an array of strings, each behind its length, into a {@link StringTable}. It copies them as
 * they stand, with their lengths, in large steps: in a JVM that has just started, reading a mapped
 * file value by value takes longer than everything else that a tokenizer needs.
 */
final class StringTableReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private final MemorySegment file;
  private final long position; // of region[0]
  private byte[] region;
  private final int[] starts;
  private final int[] ends;
  private int count; // strings that were found
  private int at; // behind the last of them, in region
  private long bytes; // of all of them

  StringTableReader(MemorySegment file, long position, int length) {
    this.file = file;
    this.position = position;
    starts = new int[length];
    ends = new int[length];
    region = new byte[0];
    reserve(24 * length);
  }

  /**
   * Finds strings until it has all, or the next would not fit the file, or all together would have
   * more than so many bytes.
   *
   * @return how many there are
   */
  int find(long bytesMax) {
    long size = file.byteSize() - position;
    while (count < starts.length && findNext(size - at, bytesMax)) {
      count++;
    }
    reserve(at);
    return count;
  }

  /** A method of its own, which is compiled long before a loop would be. */
  private boolean findNext(long left, long bytesMax) {
    if (left < 8) {
      return false;
    }
    if (at + 8 > region.length) {
      reserve(at + 8);
    }
    long length = (long) LONG.get(region, at);
    if (length < 0 || length > left - 8 || length > bytesMax - bytes) {
      return false;
    }
    bytes += length;
    starts[count] = at + 8;
    at += 8 + (int) length;
    ends[count] = at;
    return true;
  }

  /** Where in the file the strings end that were found. */
  long end() {
    return position + at;
  }

  /** The bytes of the strings that were found. */
  long bytes() {
    return bytes;
  }

  /** The first string that is not UTF-8, or -1. */
  int notUtf8() {
    for (int i = 0; i < count; i++) {
      if (!isUtf8(region, starts[i], ends[i])) {
        return i;
      }
    }
    return -1;
  }

  /** The strings; all must have been found. */
  StringTable table() {
    return new StringTable(Arrays.copyOf(region, at), starts, ends);
  }

  /** Has at least the first {@code size} bytes in memory; they must be in the file. */
  private void reserve(int size) {
    int there = region.length;
    if (size <= there) {
      return;
    }
    long left = file.byteSize() - position;
    int wanted = (int) Math.min(left, Math.max(size, 3L * there / 2));
    region = Arrays.copyOf(region, wanted);
    MemorySegment.copy(
        file, ValueLayout.JAVA_BYTE, position + there, region, there, wanted - there);
  }

  /** Whether bytes are well-formed UTF-8: no overlong forms, no surrogates. */
  static boolean isUtf8(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int b = bytes[i++];
      if (b >= 0) {
        continue;
      }
      if (b < (byte) 0xE0 && b >= (byte) 0xC2 && i < to && bytes[i] < (byte) 0xC0) {
        i++; // nearly all that is not of ASCII, in a vocabulary
        continue;
      }
      int more = (b & 0xE0) == 0xC0 ? 1 : (b & 0xF0) == 0xE0 ? 2 : (b & 0xF8) == 0xF0 ? 3 : 4;
      if (more > to - i) {
        return false;
      }
      int c = b & 0x3F >> more;
      for (int end = i + more; i < end; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
          return false;
        }
        c = c << 6 | bytes[i] & 0x3F;
      }
      boolean known =
          switch (more) {
            case 1 -> c >= 0x80;
            case 2 -> c >= 0x800 && (c < 0xD800 || c > 0xDFFF);
            case 3 -> c >= 0x10000 && c <= 0x10FFFF;
            default -> false;
          };
      if (!known) {
        return false;
      }
    }
    return true;
  }
}
