package hanok.kernel;

import hanok.gguf.GgmlType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Operands whose values do not matter, but for being ordinary numbers. */
final class MadeUp {
  private static final Random RANDOM = new Random(7);

  private MadeUp() {}

  /** A matrix outside the heap, as files are. */
  static RowMatrix matrix(GgmlType type, int rows, int columns) {
    byte[] bytes = new byte[Math.toIntExact(type.bytes(columns) * rows)];
    RANDOM.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (bytes[i] & 0x0F | 0x30); // any two or four of these are a number below 2
    }
    MemorySegment data = Arena.ofAuto().allocate(bytes.length, 64);
    data.copyFrom(MemorySegment.ofArray(bytes));
    return new RowMatrix(Format.of(type), data, rows, columns);
  }

  /** The same matrix, interleaved; many tokens are multiplied as {@code many} says. */
  static InterleavedMatrix interleaved(GgmlType type, int rows, int columns, Arithmetic many) {
    RowMatrix source = matrix(type, rows, columns);
    InterleavedMatrix matrix = InterleavedMatrix.of(source, Arena.ofAuto(), many).orElseThrow();
    matrix.pack(0, source.data());
    return matrix;
  }

  static float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) RANDOM.nextGaussian();
    }
    return values;
  }

  static Activations activations(int tokens, int columns) {
    Activations x = new Activations(tokens, columns);
    x.set(values(tokens * columns), 0, tokens, columns);
    return x;
  }
}
