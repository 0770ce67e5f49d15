package hanok.train.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of events are read by a decoder that shares nothing with what writes them. */
class TensorBoardTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_250L);

  @TempDir Path folder;

  /** A message: for each field its number, and a Long, a Double, a Float or bytes. */
  private record Field(int number, Object value) {}

  private static List<byte[]> records(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] head = new byte[8];
      in.get(head);
      assertThat(in.getInt()).isEqualTo(mask(crc(head)));
      byte[] body = new byte[(int) ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(body);
      assertThat(in.getInt()).isEqualTo(mask(crc(body)));
      records.add(body);
    }
    return records;
  }

  /** Castagnoli's, bit by bit. */
  private static int crc(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
      }
    }
    return ~crc;
  }

  private static int mask(int crc) {
    return (crc >>> 15 | crc << 17) + 0xA282EAD8;
  }

  private static List<Field> message(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      Object value =
          switch (key & 7) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 5 -> in.getFloat();
            case 2 -> {
              byte[] body = new byte[(int) varint(in)];
              in.get(body);
              yield body;
            }
            default -> throw new AssertionError("wire type " + (key & 7));
          };
      fields.add(new Field(key >>> 3, value));
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static Map<String, Float> scalars(byte[] summary) {
    Map<String, Float> scalars = new LinkedHashMap<>();
    for (Field field : message(summary)) {
      assertThat(field.number()).isEqualTo(1);
      List<Field> value = message((byte[]) field.value());
      assertThat(value.stream().map(Field::number)).containsExactly(1, 2);
      scalars.put(new String((byte[]) value.get(0).value(), UTF_8), (Float) value.get(1).value());
    }
    return scalars;
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void scalarsComeBackWithTheirNamesAndSteps() throws IOException {
    Metrics metrics =
        new Metrics(300)
            .with(Metrics.LOSS, 3.25)
            .with(Metrics.BITS_PER_BYTE + "한국어", 1.5)
            .with(Metrics.GRADIENT_NORM, Double.NaN);
    try (TensorBoard board = new TensorBoard(folder, 0, Clock.fixed(NOW, ZoneOffset.UTC))) {
      board.add(metrics);
      board.add(new Metrics(1L << 40).with(Metrics.LOSS, 1e-8));
    }
    assertThat(files()).hasSize(1);
    assertThat(files().getFirst().getFileName().toString())
        .startsWith("events.out.tfevents.1700000000.");
    List<byte[]> records = records(Files.readAllBytes(files().getFirst()));
    assertThat(records).hasSize(4);
    List<Field> version = message(records.getFirst());
    assertThat(version.get(0)).isEqualTo(new Field(1, 1_700_000_000.25));
    assertThat(version.getLast().number()).isEqualTo(3);
    assertThat((byte[]) version.getLast().value()).isEqualTo("brain.Event:2".getBytes(UTF_8));
    List<Field> first = message(records.get(2));
    assertThat(first.get(1)).isEqualTo(new Field(2, 300L));
    assertThat(first.get(2).number()).isEqualTo(5);
    assertThat(scalars((byte[]) first.get(2).value()))
        .isEqualTo(
            Map.of(
                "train/loss", 3.25f,
                "valid/bits_per_byte/한국어", 1.5f,
                "train/gradient_norm", Float.NaN));
    List<Field> second = message(records.get(3));
    assertThat(second.get(1)).isEqualTo(new Field(2, 1L << 40));
    assertThat(scalars((byte[]) second.get(2).value())).isEqualTo(Map.of("train/loss", 1e-8f));
  }

  @Test
  void aResumedRunSaysFromWhichStepOnItsFileCounts() throws IOException {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    new TensorBoard(folder, 0, clock).close();
    new TensorBoard(folder, 500, clock).close(); // within the same second
    assertThat(files()).hasSize(2);
    List<Field> start = message(records(Files.readAllBytes(files().get(1))).get(1));
    assertThat(start.get(1)).isEqualTo(new Field(2, 501L));
    assertThat(start.get(2).number()).isEqualTo(7);
    assertThat(message((byte[]) start.get(2).value())).containsExactly(new Field(1, 1L));
  }
}
