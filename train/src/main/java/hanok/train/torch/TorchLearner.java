package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.cuda_is_available;
import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;
import static org.bytedeco.pytorch.global.torch.set_num_threads;
import static org.bytedeco.pytorch.global.torch.tensor;

import hanok.model.HuggingFaceConfig;
import hanok.model.HuggingFaceFolder;
import hanok.model.ModelConfig;
import hanok.train.Batch;
import hanok.train.Learner;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A learner on libtorch: a decoder of EXAONE's form, weights and moments in float32, products in
 * {@link Precision}, AdamW. Every method may throw a {@link RuntimeException} of libtorch's own
 * when memory does not suffice.
 */
public final class TorchLearner implements Learner {
  private final Weights weights;
  private final ModelFolder folder;
  private final TorchOptions options;
  private final Device device;
  private final Rope rope;
  private final Shares shares;
  private final AdamW optimiser;
  private boolean scattered; // whether gradients are to be gathered

  private TorchLearner(
      Weights weights, ModelFolder folder, float[] ropeFactors, TorchOptions options) {
    this.weights = weights;
    this.folder = folder;
    this.options = options;
    device = new Device(options.device());
    rope = new Rope(weights.config(), ropeFactors);
    shares = new Shares(weights, options);
    optimiser = new AdamW(options);
  }

  /**
   * A model with random weights and an output matrix of its own.
   *
   * @param seed equal ones give equal weights
   * @throws java.io.UncheckedIOException if libtorch does not load
   */
  public static TorchLearner random(ModelConfig config, long seed, TorchOptions options) {
    return random(config, seed, options, Types.of(options.precision()));
  }

  static TorchLearner random(ModelConfig config, long seed, TorchOptions options, Types types) {
    prepare(options);
    Weights weights = new Weights(config, false, types, new Device(options.device()), options);
    weights.randomise(seed);
    weights.randomiseAdapters(seed);
    return new TorchLearner(weights, ModelFolder.of(config), new float[0], options);
  }

  /**
   * A model from a folder as transformers saves it, EXAONE 3 or Llama.
   *
   * @throws hanok.gguf.MalformedModelException if the folder does not hold such a model
   * @throws java.io.UncheckedIOException if it cannot be read, or libtorch does not load
   */
  public static TorchLearner load(Path hfFolder, TorchOptions options) {
    return load(hfFolder, options, Types.of(options.precision()));
  }

  static TorchLearner load(Path hfFolder, TorchOptions options, Types types) {
    try (HuggingFaceFolder source = HuggingFaceFolder.open(hfFolder)) {
      prepare(options);
      HuggingFaceConfig config = source.config();
      Weights weights =
          new Weights(config.config(), config.tied(), types, new Device(options.device()), options);
      weights.load(source);
      weights.randomiseAdapters(0);
      return new TorchLearner(weights, ModelFolder.of(source), config.ropeFactors(), options);
    }
  }

  /** Whether libtorch finds a GPU. */
  public static boolean hasCuda() {
    LibTorch.load();
    return cuda_is_available();
  }

  private static void prepare(TorchOptions options) {
    LibTorch.load();
    if (!options.device().equals("cpu") && !cuda_is_available()) {
      throw new IllegalArgumentException(
          "learner: device %s, but libtorch finds no CUDA here".formatted(options.device()));
    }
    set_num_threads(options.threads());
  }

  @Override
  public ModelConfig config() {
    return weights.config();
  }

  @Override
  public long trainedParameters() {
    return weights.groups().stream()
        .filter(group -> group.learning().isPresent())
        .mapToLong(ParameterGroup::numbers)
        .sum();
  }

  @Override
  public float[] nats(Batch batch) {
    check(batch);
    int[] targets = batch.targets().clone();
    for (int i = 0; i < targets.length; i++) {
      targets[i] = batch.weights()[i] == 0 && outside(targets[i]) ? 0 : targets[i];
    }
    Batch checked =
        new Batch(
            batch.rows(),
            batch.length(),
            batch.inputs(),
            targets,
            batch.weights(),
            batch.positions(),
            batch.documents());
    return joined(shares.run(checked, this::nats));
  }

  private float[] nats(Network network, Batch rows) {
    try (PointerScope _ = new PointerScope()) {
      Tensor ids = tensor(rows.targets()).to(device, ScalarType.Long).view(-1, 1);
      return floats(network.nats(inputs(rows), ids));
    }
  }

  Weights weights() {
    return weights;
  }

  /** The logits of every token, {@code [rows * length * vocab]}. */
  float[] logits(Batch batch) {
    return logits(batch, 0);
  }

  private float[] logits(Batch batch, long from) {
    check(batch);
    return joined(shares.run(batch, (network, rows) -> logits(network, rows, from)));
  }

  private float[] logits(Network network, Batch rows, long from) {
    try (PointerScope _ = new PointerScope()) {
      return floats(network.logits(inputs(rows), from));
    }
  }

  private static float[] joined(List<float[]> parts) {
    int numbers = parts.stream().mapToInt(part -> part.length).sum();
    FloatBuffer joined = FloatBuffer.allocate(numbers);
    parts.forEach(joined::put);
    return joined.array();
  }

  @Override
  public int next(int[] ids) {
    float[] logits = logits(Batch.of(ids), ids.length - 1L);
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Override
  public double accumulate(Batch batch, double scale) {
    check(batch);
    scattered = true;
    return shares.run(batch, (network, rows) -> accumulate(network, rows, scale)).stream()
        .mapToDouble(sum -> sum)
        .sum();
  }

  /** Adds up what shares have for themselves, if anything came since the last time. */
  private void gather() {
    if (scattered) {
      weights.gather();
      scattered = false;
    }
  }

  private double accumulate(Network network, Batch rows, double scale) {
    try (PointerScope _ = new PointerScope()) {
      Targets targets = Targets.of(rows, weights.types().master(), device);
      return targets.ids().numel() == 0 ? 0 : network.backward(inputs(rows), targets, scale);
    }
  }

  @Override
  public double gradientNorm() {
    gather();
    double squares = 0;
    try (PointerScope _ = new PointerScope()) {
      for (ParameterGroup group : weights.groups()) {
        if (group.learning().isPresent()) {
          Tensor gradients = group.learning().get().gradients();
          double norm = linalg_vector_norm(gradients).item_double();
          squares += norm * norm;
        }
      }
    }
    return Math.sqrt(squares);
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    if (!Double.isFinite(learningRate) || !Double.isFinite(gradientScale)) {
      throw new IllegalArgumentException(
          "learner: a step of learning rate %s with gradients times %s"
              .formatted(learningRate, gradientScale));
    }
    gather();
    optimiser.step(weights.groups(), learningRate, gradientScale);
  }

  @Override
  public void dropGradients() {
    for (ParameterGroup group : weights.groups()) {
      group.learning().ifPresent(ParameterGroup.Learning::drop);
    }
  }

  private Inputs inputs(Batch batch) {
    return Inputs.of(batch, rope, weights.types().master(), device);
  }

  private void check(Batch batch) {
    for (int i = 0; i < batch.inputs().length; i++) {
      if (outside(batch.inputs()[i])) {
        throw new IllegalArgumentException(
            "learner: input id %d of %d".formatted(batch.inputs()[i], config().vocab()));
      }
      if (batch.weights()[i] != 0 && outside(batch.targets()[i])) {
        throw new IllegalArgumentException(
            "learner: target id %d of %d".formatted(batch.targets()[i], config().vocab()));
      }
    }
  }

  private boolean outside(int id) {
    return id < 0 || id >= config().vocab();
  }

  private static float[] floats(Tensor tensor) {
    Tensor values = tensor.to(new Device("cpu"), ScalarType.Float).contiguous();
    float[] floats = new float[Math.toIntExact(values.numel())];
    new FloatPointer(values.data_ptr()).get(floats);
    return floats;
  }

  @Override
  public void saveWeights(Path target) {
    folder.write(target, weights);
  }

  /**
   * Writes the adapters as PEFT does: {@code adapter_config.json} and {@code
   * adapter_model.safetensors}.
   *
   * @throws IllegalStateException if there are none
   */
  public void saveAdapters(Path target) {
    AdapterFolder.write(target, weights, lora(), weights.adapters().orElseThrow());
  }

  /**
   * Takes the adapters of a folder that {@link #saveAdapters} or PEFT wrote. They must be for the
   * same matrices and of the same rank; {@link #loraOptions} tells with which options to load.
   *
   * @throws hanok.gguf.MalformedModelException if they are not
   */
  public void loadAdapters(Path source) {
    lora();
    AdapterFolder.read(source, weights, weights.adapters().orElseThrow());
  }

  /** The options that fit the adapters of a folder, for a model of an architecture. */
  public static LoraOptions loraOptions(Path source, ModelConfig.Architecture architecture) {
    return AdapterFolder.options(source, architecture);
  }

  private LoraOptions lora() {
    LoraOptions lora = options.lora();
    if (lora == null) {
      throw new IllegalStateException("learner: it was made without adapters");
    }
    return lora;
  }

  @Override
  public void saveState(Path target) {
    LearnerState.write(target, weights, optimiser.step());
  }

  @Override
  public Snapshot snapshot() {
    return new TorchSnapshot(weights.copy(), folder, optimiser.step());
  }

  @Override
  public void restore(Path source) {
    if (options.lora() == null) {
      try (HuggingFaceFolder model = HuggingFaceFolder.open(source)) {
        weights.load(model);
      }
    }
    optimiser.resumeAt(LearnerState.read(source, weights));
  }

  @Override
  public void close() {
    shares.close();
    weights.close();
  }
}
