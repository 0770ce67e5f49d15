package hanok.corpus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8, as table 3-7 of the Unicode standard says it. */
final class Utf8Check {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ASCII = 0x8080_8080_8080_8080L;

  private Utf8Check() {}

  /** The index of the first byte of the first character that is not UTF-8, or -1. */
  static int firstInvalid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int b = bytes[i];
      if (b >= 0) {
        i++;
        while (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & ASCII) == 0) {
          i += Long.BYTES;
        }
      } else {
        int length = length(bytes, i, to);
        if (length == 0) {
          return i;
        }
        i += length;
      }
    }
    return -1;
  }

  /** Whether three bytes are the byte order mark. */
  static boolean isMark(byte[] bytes, int at) {
    return bytes[at] == (byte) 0xEF && bytes[at + 1] == (byte) 0xBB && bytes[at + 2] == (byte) 0xBF;
  }

  /** How many bytes the character of several bytes at {@code i} has; 0 if it is none. */
  private static int length(byte[] bytes, int i, int to) {
    int lead = bytes[i] & 0xFF;
    if (lead >= 0xE0 && lead < 0xF0) {
      return i + 2 < to && follows(bytes[i + 2]) && second3(lead, bytes[i + 1]) ? 3 : 0;
    }
    if (lead >= 0xC2 && lead < 0xE0) {
      return i + 1 < to && follows(bytes[i + 1]) ? 2 : 0;
    }
    boolean four =
        lead >= 0xF0
            && lead <= 0xF4
            && i + 3 < to
            && follows(bytes[i + 2])
            && follows(bytes[i + 3])
            && second4(lead, bytes[i + 1]);
    return four ? 4 : 0;
  }

  private static boolean follows(byte b) {
    return b < (byte) 0xC0;
  }

  /** Neither an overlong form nor half of a surrogate pair. */
  private static boolean second3(int lead, byte second) {
    return follows(second)
        && (lead != 0xE0 || second >= (byte) 0xA0)
        && (lead != 0xED || second < (byte) 0xA0);
  }

  /** Neither an overlong form nor above U+10FFFF. */
  private static boolean second4(int lead, byte second) {
    return follows(second)
        && (lead != 0xF0 || second >= (byte) 0x90)
        && (lead != 0xF4 || second < (byte) 0x90);
  }
}
