package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.ArrayList;
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

  /**
   * What learning adds to the values.
   *
   * @param shares gradients, one tensor for each of the threads that compute at the same time
   */
  record Learning(List<Tensor> shares, Tensor mean, Tensor square, double decay) {

    /** All gradients, once they are gathered. */
    Tensor gradients() {
      return shares.getFirst();
    }

    /** Adds the gradients of all shares up in the first, in their order. */
    void gather() {
      for (Tensor share : shares.subList(1, shares.size())) {
        gradients().add_(share);
        share.zero_();
      }
    }

    void drop() {
      shares.forEach(Tensor::zero_);
    }
  }

  private record Place(Shape shape, long offset) {}

  private final SequencedMap<String, Place> places = new LinkedHashMap<>();
  private final Tensor values;
  private final @Nullable Tensor copies; // in the type of computations, if that is another
  private final @Nullable Learning learning;

  private ParameterGroup(List<Shape> shapes, Types types, Device device, int shares, double decay) {
    boolean learns = shares > 0;
    long offset = 0;
    for (Shape shape : shapes) {
      places.put(shape.name(), new Place(shape, offset));
      offset += shape.numbers();
    }
    ScalarType kept = learns ? types.master() : types.compute();
    values = zeroed(offset, kept, device);
    copies = kept == types.compute() ? null : zeroed(offset, types.compute(), device);
    learning = learns ? learning(shares, offset, kept, device, decay) : null;
  }

  private static Learning learning(
      int shares, long numbers, ScalarType type, Device device, double decay) {
    List<Tensor> gradients = new ArrayList<>();
    for (int share = 0; share < shares; share++) {
      gradients.add(zeroed(numbers, type, device));
    }
    return new Learning(
        gradients, zeroed(numbers, type, device), zeroed(numbers, type, device), decay);
  }

  /**
   * Weights that learn.
   *
   * @param shares how many threads have gradients of their own
   */
  static ParameterGroup learning(
      List<Shape> shapes, Types types, Device device, int shares, double weightDecay) {
    return new ParameterGroup(shapes, types, device, shares, weightDecay);
  }

  /** Weights that stay as they are, kept only in the type of computations. */
  static ParameterGroup frozen(List<Shape> shapes, Types types, Device device) {
    return new ParameterGroup(shapes, types, device, 0, 0);
  }

  private ParameterGroup(ParameterGroup other) {
    places.putAll(other.places);
    values = other.values.clone();
    copies = null;
    learning =
        other.learning == null
            ? null
            : new Learning(
                List.of(),
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
   *
   * @param share whose gradients
   */
  Leaf leaf(int share, String... names) {
    return leaf(copies == null ? values : copies, share, names);
  }

  /** A weight in the type of the values, for what is no product. */
  Leaf exactLeaf(int share, String name) {
    return leaf(values, share, name);
  }

  private Leaf leaf(Tensor source, int share, String... names) {
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
            : learning.shares().get(share).narrow(0, first.offset(), numbers).view(shape);
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
      learning.shares().forEach(Tensor::close);
      learning.mean().close();
      learning.square().close();
    }
  }
}
