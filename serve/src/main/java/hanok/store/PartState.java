package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How much of each part of a file is there. It is written down beside the file, always after the
 * bytes themselves are on the disk, so that it never says more than is true.
 */
final class PartState {
  private static final String MAGIC = "hanok partial 1";
  private static final int PARTS_MAX = 1 << 16;

  private final long size;
  private final long partBytes;
  private final AtomicLongArray done;

  /** Nothing is there yet. */
  PartState(long size, long partBytes) {
    this.size = size;
    this.partBytes = Math.max(partBytes, Math.ceilDiv(size, PARTS_MAX));
    done = new AtomicLongArray(Math.toIntExact(Math.ceilDiv(size, this.partBytes)));
  }

  /**
   * What was written down.
   *
   * @param fileBytes that the file really has; what claims more is not believed
   */
  static PartState load(Path file, long size, long partBytes, long fileBytes) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) < 4 << 20) {
      List<String> lines = new String(Files.readAllBytes(file), UTF_8).lines().toList();
      try {
        PartState state = parse(lines, size);
        if (state.isWithin(fileBytes)) {
          return state;
        }
      } catch (NumberFormatException e) {
        // Not what we have written: begin anew.
      }
    }
    return new PartState(size, partBytes);
  }

  private static PartState parse(List<String> lines, long size) {
    if (lines.size() < 3 || !lines.getFirst().equals(MAGIC)) {
      throw new NumberFormatException();
    }
    long partBytes = Long.parseLong(lines.get(2));
    if (Long.parseLong(lines.get(1)) != size || partBytes < 1) {
      throw new NumberFormatException();
    }
    PartState state = new PartState(size, partBytes);
    if (state.partBytes != partBytes || lines.size() != 3 + state.parts()) {
      throw new NumberFormatException();
    }
    for (int part = 0; part < state.parts(); part++) {
      long bytes = Long.parseLong(lines.get(3 + part));
      if (bytes < 0 || bytes > state.length(part)) {
        throw new NumberFormatException();
      }
      state.done.set(part, bytes);
    }
    return state;
  }

  private boolean isWithin(long fileBytes) {
    for (int part = 0; part < parts(); part++) {
      if (done(part) > 0 && offset(part) + done(part) > fileBytes) {
        return false;
      }
    }
    return true;
  }

  /** The state as text, to be written when the bytes are on the disk. */
  byte[] snapshot() {
    StringBuilder text = new StringBuilder(MAGIC + "\n" + size + "\n" + partBytes + "\n");
    for (int part = 0; part < parts(); part++) {
      text.append(done(part)).append('\n');
    }
    return text.toString().getBytes(UTF_8);
  }

  int parts() {
    return done.length();
  }

  long offset(int part) {
    return part * partBytes;
  }

  long length(int part) {
    return Math.min(partBytes, size - offset(part));
  }

  long done(int part) {
    return done.get(part);
  }

  boolean isDone(int part) {
    return done(part) == length(part);
  }

  void add(int part, long bytes) {
    done.addAndGet(part, bytes);
  }

  void restart(int part) {
    done.set(part, 0);
  }

  long completed() {
    long sum = 0;
    for (int part = 0; part < parts(); part++) {
      sum += done(part);
    }
    return sum;
  }
}
