package hanok.train.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.zip.CRC32C;

/**
 * Writes what is measured for TensorBoard: a file of events, each a record (length, masked CRC-32C
 * of it, protocol buffer, masked CRC-32C of that) that is on its way to the disk when {@link #add}
 * returns.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto">
 *     event.proto</a>
 */
public final class TensorBoard implements AutoCloseable {
  // Fields of Event, Summary, Summary.Value and SessionLog, each with its wire type.
  private static final int WALL_TIME = 1 << 3 | 1;
  private static final int STEP = 2 << 3;
  private static final int FILE_VERSION = 3 << 3 | 2;
  private static final int SUMMARY = 5 << 3 | 2;
  private static final int SESSION_LOG = 7 << 3 | 2;
  private static final int VALUE = 1 << 3 | 2;
  private static final int TAG = 1 << 3 | 2;
  private static final int SIMPLE_VALUE = 2 << 3 | 5;
  private static final int STATUS = 1 << 3;
  private static final int STARTED = 1;

  private static final int CRC_MASK = 0xa282ead8;

  private final FileChannel file;
  private final Clock clock;

  /**
   * Begins a file of events in a folder; earlier ones stay.
   *
   * @param resumedAt the last step that counts of what they say; 0 for none
   * @throws UncheckedIOException if it cannot be written
   */
  public TensorBoard(Path folder, long resumedAt) {
    this(folder, resumedAt, Clock.systemUTC());
  }

  TensorBoard(Path folder, long resumedAt, Clock clock) {
    this.clock = clock;
    try {
      Files.createDirectories(folder);
      file = create(folder, clock.millis() / 1000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(event(0, FILE_VERSION, "brain.Event:2".getBytes(UTF_8)));
    // TensorBoard drops what earlier files say from this step on.
    write(event(resumedAt + 1, SESSION_LOG, new byte[] {STATUS, STARTED}));
  }

  private static FileChannel create(Path folder, long seconds) throws IOException {
    for (int i = 0; ; i++) {
      Path path = folder.resolve("events.out.tfevents.%010d.%d.hanok".formatted(seconds, i));
      try {
        return FileChannel.open(path, CREATE_NEW, WRITE);
      } catch (FileAlreadyExistsException e) {
        // A run that was resumed within a second; its next file has the next number.
      }
    }
  }

  /** Writes what was measured. */
  public void add(Metrics metrics) {
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    metrics
        .values()
        .forEach((name, value) -> {
          ByteArrayOutputStream scalar = new ByteArrayOutputStream();
          bytes(scalar, TAG, name.getBytes(UTF_8));
          scalar.write(SIMPLE_VALUE);
          scalar.writeBytes(little(Float.BYTES).putFloat(value.floatValue()).array());
          bytes(summary, VALUE, scalar.toByteArray());
        });
    write(event(metrics.step(), SUMMARY, summary.toByteArray()));
  }

  private byte[] event(long step, int field, byte[] body) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    event.write(WALL_TIME);
    event.writeBytes(little(Double.BYTES).putDouble(clock.millis() / 1e3).array());
    event.write(STEP);
    varint(event, step);
    bytes(event, field, body);
    return event.toByteArray();
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] body) {
    out.write(field);
    varint(out, body.length);
    out.writeBytes(body);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(byte[] event) {
    ByteBuffer out = little(Long.BYTES + 2 * Integer.BYTES + event.length);
    byte[] length = little(Long.BYTES).putLong(event.length).array();
    out.put(length).putInt(masked(length)).put(event).putInt(masked(event)).flip();
    try {
      while (out.hasRemaining()) {
        file.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Masked, so that a checksum of bytes that hold a checksum is of use. */
  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
