package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.from_blob;

import hanok.gguf.MalformedModelException;
import hanok.safetensors.DType;
import hanok.safetensors.SafeTensors;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The memory of tensors, to and from files. */
final class TensorBytes {
  private static final long SLICE_BYTES = 1 << 28;

  /** Memory that somebody else owns. */
  private static final class Borrowed extends Pointer {
    Borrowed(MemorySegment memory) {
      address = memory.address();
      limit = memory.byteSize();
      capacity = memory.byteSize();
    }
  }

  private TensorBytes() {}

  /** The type of a tensor as safetensors has it. */
  static DType dtype(Tensor tensor) {
    // What libtorch returns is not the constant itself.
    return switch (tensor.scalar_type().intern()) {
      case Double -> DType.F64;
      case Float -> DType.F32;
      case BFloat16 -> DType.BF16;
      default -> throw new IllegalStateException("no file holds " + tensor.scalar_type());
    };
  }

  /** Writes the values, row after row, little-endian. */
  @SuppressWarnings("restricted") // a tensor's memory is where libtorch says
  static void write(Tensor tensor, WritableByteChannel channel) throws IOException {
    try (PointerScope _ = new PointerScope()) {
      Tensor values = tensor.detach().cpu().contiguous();
      MemorySegment bytes =
          MemorySegment.ofAddress(values.data_ptr().address()).reinterpret(values.nbytes());
      for (long at = 0; at < bytes.byteSize(); at += SLICE_BYTES) {
        long size = Math.min(SLICE_BYTES, bytes.byteSize() - at);
        ByteBuffer slice = bytes.asSlice(at, size).asByteBuffer();
        while (slice.hasRemaining()) {
          channel.write(slice);
        }
      }
    }
  }

  /**
   * The tensor of a name, of a shape.
   *
   * @throws MalformedModelException if the file has none, or of another shape
   */
  static SafeTensors.Tensor checked(SafeTensors file, String name, ParameterGroup.Shape shape) {
    SafeTensors.Tensor tensor = file.tensor(name);
    if (!Arrays.equals(tensor.shape(), shape.shape())) {
      throw new MalformedModelException(
          file.path(),
          MalformedModelException.NOWHERE,
          "tensor %s is %s, the model makes it %s"
              .formatted(name, tensor.shapeText(), Arrays.toString(shape.shape())));
    }
    return tensor;
  }

  /** Copies values from a file, whose number and shape were checked, into a tensor. */
  static void read(SafeTensors.Tensor source, Tensor target) {
    try (PointerScope _ = new PointerScope()) {
      Tensor stored = from_blob(new Borrowed(source.data()), source.shape(), options(source));
      target.copy_(stored.view(target.sizes()));
    }
  }

  private static TensorOptions options(SafeTensors.Tensor source) {
    ScalarType type =
        switch (source.dtype()) {
          case F64 -> ScalarType.Double;
          case F32 -> ScalarType.Float;
          case F16 -> ScalarType.Half;
          case BF16 -> ScalarType.BFloat16;
          default ->
              throw new IllegalArgumentException(
                  "tensor %s holds %s".formatted(source.name(), source.dtype()));
        };
    return new TensorOptions()
        .dtype(new ScalarTypeOptional(type))
        .device(new DeviceOptional(new org.bytedeco.pytorch.Device("cpu")));
  }
}
