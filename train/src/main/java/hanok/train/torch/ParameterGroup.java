package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Weights one behind the other in one tensor, and so are their gradients and moments: the optimiser
 * steps all of them at once, and neighbours serve as one larger matrix.
 */
final class ParameterGroup implements AutoCloseable {

  /**
   * A weight of a group.
   *
   * @param shape rows and columns, or one length
   */
  record Shape(String name, long... shape) {
    long numbers() {
      long numbers = 1;
      for (long dimension : shape) {
        numbers *= dimension;
      }
      return numbers;
    }
  }

  /** What learning adds to the values. */
  record Learning(Tensor gradients, Tensor mean, Tensor square, double decay) {}

  private record Place(Shape shape, long offset) {}

  private final SequencedMap<String, Place> places = new LinkedHashMap<>();
  private final Tensor values;
  private final @Nullable Tensor copies; // in the type of computations, if that is another
  private final @Nullable Learning learning;

  private ParameterGroup(
      List<Shape> shapes, Types types, Device device, boolean learns, double decay) {
    long offset = 0;
    for (Shape shape : shapes) {
      places.put(shape.name(), new Place(shape, offset));
      offset += shape.numbers();
    }
    ScalarType kept = learns ? types.master() : types.compute();
    values = zeroed(offset, kept, device);
    copies = kept == types.compute() ? null : zeroed(offset, types.compute(), device);
    learning =
        learns
            ? new Learning(
                zeroed(offset, kept, device),
                zeroed(offset, kept, device),
                zeroed(offset, kept, device),
                decay)
            : null;
  }

  static ParameterGroup learning(
      List<Shape> shapes, Types types, Device device, double weightDecay) {
    return new ParameterGroup(shapes, types, device, true, weightDecay);
  }

  /** Weights that stay as they are, kept only in the type of computations. */
  static ParameterGroup frozen(List<Shape> shapes, Types types, Device device) {
    return new ParameterGroup(shapes, types, device, false, 0);
  }

  private ParameterGroup(ParameterGroup other) {
    places.putAll(other.places);
    values = other.values.clone();
    copies = null;
    learning =
        other.learning == null
            ? null
            : new Learning(
                new Tensor(),
                other.learning.mean().clone(),
                other.learning.square().clone(),
                other.learning.decay());
  }

  /** Values and moments as they are now, to be written; without gradients. */
  ParameterGroup copy() {
    return new ParameterGroup(this);
  }

  private static Tensor zeroed(long length, ScalarType type, Device device) {
    TensorOptions options =
        new TensorOptions().dtype(new ScalarTypeOptional(type)).device(new DeviceOptional(device));
    return zeros(new long[] {length}, options);
  }

  List<Shape> shapes() {
    return places.values().stream().map(Place::shape).toList();
  }

  Shape shape(String name) {
    return place(name).shape();
  }

  long numbers() {
    return values.numel();
  }

  /** Gradients and moments; empty if the group does not learn. */
  Optional<Learning> learning() {
    return Optional.ofNullable(learning);
  }

  Tensor values() {
    return values;
  }

  /** A weight's part of the values, the gradients or the moments. */
  Tensor part(Tensor whole, String name) {
    Place place = place(name);
    return whole.narrow(0, place.offset(), place.shape().numbers()).view(place.shape().shape());
  }

  /**
   * Weights that lie side by side as one, their rows one below the other. It lives as long as the
   * group, so it must not be made within a scope.
   */
  Leaf leaf(String... names) {
    return leaf(copies == null ? values : copies, names);
  }

  /** A weight in the type of the values, for what is no product. */
  Leaf exactLeaf(String name) {
    return leaf(values, name);
  }

  private Leaf leaf(Tensor source, String... names) {
    Place first = place(names[0]);
    long numbers = 0;
    for (String name : names) {
      if (place(name).offset() != first.offset() + numbers) {
        throw new IllegalStateException(name + " does not lie beside " + names[0]);
      }
      numbers += place(name).shape().numbers();
    }
    long[] shape = first.shape().shape().clone();
    shape[0] = numbers / (first.shape().numbers() / shape[0]);
    Tensor value = source.narrow(0, first.offset(), numbers).view(shape);
    Tensor gradient =
        learning == null
            ? null
            : learning.gradients().narrow(0, first.offset(), numbers).view(shape);
    return new Leaf(value, gradient);
  }

  /** Takes new values over into what computations use. */
  void refresh() {
    if (copies != null) {
      copies.copy_(values);
    }
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalStateException("no weight is named " + name);
    }
    return place;
  }

  @Override
  public void close() {
    values.close();
    if (copies != null) {
      copies.close();
    }
    if (learning != null) {
      learning.gradients().close();
      learning.mean().close();
      learning.square().close();
    }
  }
}
