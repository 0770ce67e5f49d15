package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.mm;
import static org.bytedeco.pytorch.global.torch.tensor;

import hanok.model.HuggingFaceFolder;
import hanok.model.ModelConfig;
import hanok.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * All weights of a model under their names in GGUF files, in groups: matrices, which decay; norms,
 * which do not; and adapters, if these learn in place of both.
 */
final class Weights implements AutoCloseable {
  private static final int CHUNK = 1 << 20;
  private static final double DEVIATION = 0.02;

  private final ModelConfig config;
  private final Types types;
  private final boolean tied;
  private final @Nullable LoraOptions lora;
  private final Passes passes;
  private final ParameterGroup matrices;
  private final ParameterGroup norms;
  private final @Nullable ParameterGroup adapters;

  Weights(ModelConfig config, boolean tied, Types types, Device device, TorchOptions options) {
    int shares = Shares.most(options);
    this.config = config;
    this.types = types;
    this.tied = tied;
    passes = Passes.of(types, device);
    lora = options.lora();
    List<ParameterGroup.Shape> matrixShapes = new ArrayList<>();
    List<ParameterGroup.Shape> normShapes = new ArrayList<>();
    for (TensorSpec spec : TensorSpec.all(config, tied, false)) {
      if (spec.isMatrix()) {
        matrixShapes.add(new ParameterGroup.Shape(spec.name(), spec.rows(), spec.columns()));
      } else {
        normShapes.add(new ParameterGroup.Shape(spec.name(), spec.columns()));
      }
    }
    Types exact = new Types(types.master(), types.master());
    if (lora == null) {
      matrices =
          ParameterGroup.learning(matrixShapes, types, device, shares, options.weightDecay());
      norms = ParameterGroup.learning(normShapes, exact, device, shares, 0);
      adapters = null;
    } else {
      matrices = ParameterGroup.frozen(matrixShapes, types, device);
      norms = ParameterGroup.frozen(normShapes, exact, device);
      adapters =
          ParameterGroup.learning(
              adapterShapes(lora, matrixShapes), types, device, shares, options.weightDecay());
    }
  }

  private Weights(Weights other) {
    config = other.config;
    types = other.types;
    tied = other.tied;
    lora = other.lora;
    passes = other.passes;
    matrices = other.matrices.copy();
    norms = other.norms.copy();
    adapters = other.adapters == null ? null : other.adapters.copy();
  }

  /** The weights as they are now, with their moments. */
  Weights copy() {
    return new Weights(this);
  }

  private static List<ParameterGroup.Shape> adapterShapes(
      LoraOptions lora, List<ParameterGroup.Shape> matrices) {
    List<ParameterGroup.Shape> shapes = new ArrayList<>();
    for (ParameterGroup.Shape matrix : matrices) {
      if (lora.adapts(matrix.name())) {
        long out = matrix.shape()[0];
        long in = matrix.shape()[1];
        shapes.add(new ParameterGroup.Shape(LoraOptions.a(matrix.name()), lora.rank(), in));
        shapes.add(new ParameterGroup.Shape(LoraOptions.b(matrix.name()), out, lora.rank()));
      }
    }
    return shapes;
  }

  ModelConfig config() {
    return config;
  }

  Types types() {
    return types;
  }

  boolean tied() {
    return tied;
  }

  /** All groups, those first that are there without adapters. */
  List<ParameterGroup> groups() {
    return adapters == null ? List.of(matrices, norms) : List.of(matrices, norms, adapters);
  }

  Optional<ParameterGroup> adapters() {
    return Optional.ofNullable(adapters);
  }

  /** The values of a weight of the model. */
  Tensor values(TensorSpec spec) {
    ParameterGroup group = spec.isMatrix() ? matrices : norms;
    return group.part(group.values(), spec.name());
  }

  /** The values of a weight of the model, with what its adapter adds. */
  Tensor merged(TensorSpec spec) {
    Tensor values = values(spec);
    if (lora == null || adapters == null || !lora.adapts(spec.name())) {
      return values;
    }
    Tensor a = adapters.part(adapters.values(), LoraOptions.a(spec.name()));
    Tensor b = adapters.part(adapters.values(), LoraOptions.b(spec.name()));
    return values
        .to(types.master())
        .add(mm(b, a), new Scalar(lora.scale()))
        .to(values.scalar_type());
  }

  /** What one of the threads computes with: the weights are everybody's, gradients its own. */
  Parameters parameters(int share) {
    return new Parameters(this, share);
  }

  Passes passes() {
    return passes;
  }

  ParameterGroup matrices() {
    return matrices;
  }

  ParameterGroup norms() {
    return norms;
  }

  /** The scale of what an adapter adds to a matrix, if it has one. */
  Optional<Double> adapterScale(String matrix) {
    return lora != null && adapters != null && lora.adapts(matrix)
        ? Optional.of(lora.scale())
        : Optional.empty();
  }

  /**
   * Random weights: normal with a deviation of 0.02, as GPT-2 and Llama begin, and less where a
   * layer adds to what came in, so that the sum does not grow with the number of layers.
   */
  void randomise(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (TensorSpec spec : TensorSpec.all(config, tied, false)) {
      Tensor values = values(spec);
      RandomGenerator own = random.split();
      if (!spec.isMatrix()) {
        fill(values, () -> 1);
      } else {
        boolean adds = spec.name().contains("attn_output") || spec.name().contains("ffn_down");
        double deviation = adds ? DEVIATION / Math.sqrt(2.0 * config.layers()) : DEVIATION;
        fill(values, () -> deviation * own.nextGaussian());
      }
    }
    refresh();
  }

  /** Adapters as their inventors begin: {@code A} random, {@code B} zero. */
  void randomiseAdapters(long seed) {
    if (adapters == null) {
      return;
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (ParameterGroup.Shape shape : adapters.shapes()) {
      RandomGenerator own = random.split();
      double bound = 1 / Math.sqrt((double) shape.shape()[1]);
      if (shape.name().endsWith(LoraOptions.A)) {
        fill(adapters.part(adapters.values(), shape.name()), () -> own.nextDouble(-bound, bound));
      }
    }
    refresh();
  }

  /** Takes the weights of a folder, whose names and shapes it has checked itself. */
  void load(HuggingFaceFolder folder) {
    for (TensorSpec spec : TensorSpec.all(config, tied, false)) {
      TensorBytes.read(folder.tensor(spec.name()), values(spec));
    }
    refresh();
  }

  /** Adds up the gradients of all shares. */
  void gather() {
    try (PointerScope _ = new PointerScope()) {
      groups().forEach(group -> group.learning().ifPresent(ParameterGroup.Learning::gather));
    }
  }

  void refresh() {
    groups().forEach(ParameterGroup::refresh);
  }

  private static void fill(Tensor values, DoubleSupplier next) {
    Tensor flat = values.view(-1);
    for (long at = 0; at < flat.numel(); at += CHUNK) {
      float[] chunk = new float[(int) Math.min(CHUNK, flat.numel() - at)];
      for (int i = 0; i < chunk.length; i++) {
        chunk[i] = (float) next.getAsDouble();
      }
      try (PointerScope _ = new PointerScope()) {
        flat.narrow(0, at, chunk.length).copy_(tensor(chunk));
      }
    }
  }

  @Override
  public void close() {
    groups().forEach(ParameterGroup::close);
  }
}
