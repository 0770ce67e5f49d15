package hanok.train.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import hanok.gguf.MalformedModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * What a shard of tokens says of itself. The file, little-endian:
 *
 * <pre>
 *   0  magic "HNKTOKEN"          48  language, ASCII, 16 bytes, zeros behind
 *   8  version, 1        (i32)   64  fingerprint of the tokenizer, 32 bytes
 *  12  bytes of an id    (i32)   96  CRC-32C of what is behind the header (u32)
 *  16  ids               (i64)  100  CRC-32C of the 100 bytes above       (u32)
 *  24  documents         (i64)  104  zero
 *  32  bytes of text     (i64)  112  the ids, unsigned, padded with zeros to a multiple of 8
 *  40  vocabulary        (i32)       for each document: where its ids end (i64)
 *  44  zero              (i32)       for each document: bytes of its text (i32)
 * </pre>
 *
 * @param tokenBytes 2 where the vocabulary allows it, else 4
 */
record ShardHeader(
    int tokenBytes,
    long tokens,
    long documents,
    long textBytes,
    int vocab,
    String lang,
    String tokenizer,
    int payloadChecksum) {
  static final int BYTES = 112;
  static final String SUFFIX = ".tokens";

  private static final byte[] MAGIC = "HNKTOKEN".getBytes(US_ASCII);
  private static final int VERSION = 1;
  private static final int LANG_BYTES = 16;
  private static final int CHECKED = 100;

  static int tokenBytes(int vocab) {
    return vocab <= 1 << 16 ? 2 : 4;
  }

  /** A language as the header can hold it: up to 16 letters, digits, {@code -} and {@code _}. */
  static String lang(String lang) {
    String known = lang.isEmpty() ? "und" : lang;
    if (known.length() > LANG_BYTES || !known.chars().allMatch(ShardHeader::isLangLetter)) {
      throw new IllegalArgumentException(
          "language \"%s\" is not up to %d letters, digits and hyphens"
              .formatted(lang, LANG_BYTES));
    }
    return known;
  }

  private static boolean isLangLetter(int c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
  }

  long idsBytes() {
    return (tokens * tokenBytes + 7) / 8 * 8;
  }

  long endsAt() {
    return BYTES + idsBytes();
  }

  long textBytesAt() {
    return endsAt() + Long.BYTES * documents;
  }

  long fileBytes() {
    return textBytesAt() + Integer.BYTES * documents;
  }

  ByteBuffer write() {
    ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putInt(VERSION).putInt(tokenBytes);
    out.putLong(tokens).putLong(documents).putLong(textBytes).putInt(vocab).putInt(0);
    out.put(Arrays.copyOf(lang.getBytes(US_ASCII), LANG_BYTES));
    out.put(HexFormat.of().parseHex(tokenizer)).putInt(payloadChecksum);
    return out.putInt(checksum(out)).position(0);
  }

  /**
   * Reads a header whose file has {@code size} bytes.
   *
   * @throws MalformedModelException if it is none, or the file has another size than it says
   */
  static ShardHeader read(Path file, ByteBuffer bytes, long size) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0);
    byte[] magic = new byte[MAGIC.length];
    if (size < BYTES || !Arrays.equals(MAGIC, taken(in, magic))) {
      throw new MalformedModelException(file, 0, "no shard of tokens");
    }
    int version = in.getInt();
    if (version != VERSION) {
      throw new MalformedModelException(
          file, 8, "version %d of a shard, and Hanok reads %d".formatted(version, VERSION));
    }
    if (in.getInt(CHECKED) != checksum(in)) {
      throw new MalformedModelException(file, CHECKED, "the checksum of the header is wrong");
    }
    ShardHeader header = fields(in);
    header.require(file, size);
    return header;
  }

  private static ShardHeader fields(ByteBuffer in) {
    int tokenBytes = in.getInt();
    long tokens = in.getLong();
    long documents = in.getLong();
    long textBytes = in.getLong();
    int vocab = in.getInt();
    in.getInt();
    String lang = new String(taken(in, new byte[LANG_BYTES]), US_ASCII).replace("\0", "");
    String tokenizer = HexFormat.of().formatHex(taken(in, new byte[Fingerprint.BYTES]));
    return new ShardHeader(
        tokenBytes, tokens, documents, textBytes, vocab, lang, tokenizer, in.getInt());
  }

  private void require(Path file, long size) {
    boolean counts =
        tokenBytes == tokenBytes(vocab)
            && vocab > 0
            && tokens >= 0
            && tokens <= size
            && documents >= 0
            && documents <= tokens;
    if (!counts) {
      throw new MalformedModelException(
          file,
          12,
          "%d ids of %d bytes, %d documents, a vocabulary of %d"
              .formatted(tokens, tokenBytes, documents, vocab));
    }
    if (fileBytes() != size) {
      throw new MalformedModelException(
          file, size, "%d bytes, but its header makes it %d".formatted(size, fileBytes()));
    }
  }

  private static byte[] taken(ByteBuffer in, byte[] into) {
    in.get(into);
    return into;
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().position(0).limit(CHECKED));
    return (int) crc.getValue();
  }
}
