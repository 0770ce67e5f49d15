package hanok.engine;

import static org.assertj.core.api.Assertions.assertThat;

import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged models are refused in one sentence, or run; nothing else happens. */
class ModelFuzzTest {
  private static final int MUTATIONS = 3000;

  /** Metadata and tensor table of the golden file, where damage makes a difference. */
  private static final int HEAD_BYTES = 50_000;

  private static final long[] EXTREMES = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0xFFFF_FFFFL, 1L << 31, 1L << 40, 257, 1536
  };

  @TempDir Path folder;

  @Test
  void loadsOrRefuses() throws IOException {
    byte[] golden = Files.readAllBytes(Golden.FOLDER.resolve("exaone-a-Q2_K.gguf"));
    Random random = new Random(77);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Path file = Files.write(folder.resolve("damaged.gguf"), mutate(golden, random));
      try (Model model = Model.load(file, LoadOptions.DEFAULT.withThreads(1))) {
        Session session = model.newSession(Math.min(8, model.config().context()));
        session.prefill(new int[] {1});
        assertThat(session.logits()).hasSize(model.config().vocab());
      } catch (MalformedModelException e) {
        refused++;
        assertThat(e).hasMessageStartingWith(file.toString());
        assertThat(e.getMessage()).doesNotContain("\n");
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS - 1);
  }

  private static byte[] mutate(byte[] golden, Random random) {
    byte[] bytes = golden.clone();
    int at = random.nextInt(HEAD_BYTES);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] = (byte) random.nextInt();
      case 1 ->
          ByteBuffer.wrap(bytes)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(at, EXTREMES[random.nextInt(EXTREMES.length)]);
      case 2 -> System.arraycopy(golden, random.nextInt(HEAD_BYTES), bytes, at, 16);
      default -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    return bytes;
  }
}
