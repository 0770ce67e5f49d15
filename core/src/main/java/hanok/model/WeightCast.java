package hanok.model;

import hanok.gguf.GgmlType;
import hanok.gguf.MalformedModelException;
import hanok.safetensors.DType;
import hanok.safetensors.SafeTensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;
import java.util.function.LongConsumer;

/** Writes a tensor row by row in another float type, refusing what that type cannot hold. */
final class WeightCast {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final SafeTensors.Tensor tensor;
  private final GgmlType type;
  private final int columns;
  private final int rows;

  /**
   * @param file which messages will name
   * @param type F32, F16 or BF16
   */
  WeightCast(Path file, SafeTensors.Tensor tensor, TensorSpec spec, GgmlType type) {
    this.file = file;
    this.tensor = tensor;
    this.type = type;
    this.columns = (int) spec.columns();
    this.rows = (int) spec.rows();
  }

  /**
   * Writes all rows.
   *
   * @param sourceRow which row of the tensor comes at each place
   * @param progress told the number of bytes after each write
   */
  void writeTo(WritableByteChannel channel, IntUnaryOperator sourceRow, LongConsumer progress)
      throws IOException {
    int rowBytes = Math.toIntExact(type.bytes(columns));
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < rows; row++) {
      if (buffer.remaining() < rowBytes) {
        flush(buffer, channel, progress);
      }
      cast((long) sourceRow.applyAsInt(row) * columns, buffer);
    }
    flush(buffer, channel, progress);
  }

  private static void flush(ByteBuffer buffer, WritableByteChannel channel, LongConsumer progress)
      throws IOException {
    buffer.flip();
    long bytes = buffer.remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    progress.accept(bytes);
    buffer.clear();
  }

  private void cast(long first, ByteBuffer out) {
    for (long i = first; i < first + columns; i++) {
      float value = value(tensor.data(), tensor.dtype(), i);
      if (!Float.isFinite(value)) {
        throw malformed("value %d is %s".formatted(i, value));
      }
      switch (type) {
        case F32 -> out.putFloat(value);
        case F16 -> out.putShort(toFloat16(value, i));
        case BF16 -> out.putShort(toBfloat16(value, i));
        default -> throw new IllegalArgumentException("a cast to " + type);
      }
    }
  }

  private static float value(MemorySegment data, DType dtype, long i) {
    return switch (dtype) {
      case F32 -> data.get(FLOAT, 4 * i);
      case F16 -> Float.float16ToFloat(data.get(SHORT, 2 * i));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2 * i) << 16);
      case F64, I64, I32, I16, I8, U8, BOOL -> throw new AssertionError(dtype);
    };
  }

  private short toFloat16(float value, long i) {
    short half = Float.floatToFloat16(value);
    if ((half & 0x7C00) == 0x7C00) {
      throw malformed("value %d, %s, is out of the range of F16; use BF16".formatted(i, value));
    }
    return half;
  }

  /** Rounds to nearest, ties to even. */
  private short toBfloat16(float value, long i) {
    int bits = Float.floatToRawIntBits(value);
    short rounded = (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    if ((rounded & 0x7F80) == 0x7F80) {
      throw malformed("value %d, %s, is out of the range of BF16; use F32".formatted(i, value));
    }
    return rounded;
  }

  private MalformedModelException malformed(String reason) {
    return new MalformedModelException(
        file, MalformedModelException.NOWHERE, "tensor " + tensor.name() + ": " + reason);
  }
}
