package hanok.engine;

import hanok.chat.ChatTemplate;
import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Metadata;
import hanok.kernel.WorkerPool;
import hanok.model.ModelConfig;
import hanok.token.Tokenizer;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model that is ready to run: its weights in memory, its tokenizer, and the threads that
 * compute.
 * Sessions of one model share its threads and take turns.
 */
public final class Model implements AutoCloseable {
  private final GgufFile file;
  private final Arena memory;
  private final ModelConfig config;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private final WorkerPool workers;
  private final Forward forward;
  private final long keptCacheBytes;
  private final Map<KvType, KvPool> pools = new EnumMap<>(KvType.class);

  private Model(GgufFile file, Arena memory, LoadOptions options) {
    this.file = file;
    this.memory = memory;
    config = ModelConfig.of(file);
    Weights mapped = Weights.of(file, config);
    tokenizer = Tokenizer.of(file.metadata());
    chatTemplate = ChatTemplate.find(file.metadata(), tokenizer);
    if (tokenizer.vocab() != config.vocab()) {
      throw new MalformedModelException(
          file.path(),
          MalformedModelException.NOWHERE,
          "the tokenizer has %d tokens, token_embd.weight %d rows"
              .formatted(tokenizer.vocab(), config.vocab()));
    }
    workers = new WorkerPool(options.threads());
    keptCacheBytes = options.keptCacheBytes();
    try {
      Weights weights = Interleaver.interleave(mapped, file, memory, workers, options);
      forward = new Forward(config, weights, workers);
    } catch (RuntimeException | Error e) {
      workers.close();
      throw e;
    }
  }

  /** Loads a model to run on as many threads as there are processors. */
  public static Model load(Path path) {
    return load(path, LoadOptions.DEFAULT);
  }

  /**
   * Loads a model.
   *
   * @throws MalformedModelException if the file is not a model that Hanok runs
   * @throws java.io.UncheckedIOException if it cannot be opened or read
   */
  @SuppressWarnings("MustBeClosedChecker") // the model owns its memory from here on
  public static Model load(Path path, LoadOptions options) {
    GgufFile file = GgufFile.open(path);
    Arena memory = Arena.ofShared();
    try {
      return new Model(file, memory, options);
    } catch (RuntimeException | Error e) {
      memory.close();
      file.close();
      throw e;
    }
  }

  public GgufFile file() {
    return file;
  }

  public ModelConfig config() {
    return config;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The tokens that end an answer. */
  public List<Integer> endOfGeneration() {
    return IntStream.range(0, config.vocab()).filter(tokenizer::isEndOfGeneration).boxed().toList();
  }

  /** How this model wants a conversation to be written; empty if Hanok does not know its way. */
  public Optional<ChatTemplate> chatTemplate() {
    return chatTemplate;
  }

  /**
   * The sampling that the file's {@code general.sampling.*} keys recommend; Hanok's own elsewhere.
   */
  public SamplerOptions samplerDefaults() {
    Metadata metadata = file.metadata();
    String prefix = "general.sampling.";
    SamplerOptions ours = SamplerOptions.DEFAULT;
    try {
      return ours.toBuilder()
          .temperature(metadata.real(prefix + "temp", ours.temperature()))
          .topK(metadata.integer(prefix + "top_k", ours.topK()))
          .topP(metadata.real(prefix + "top_p", ours.topP()))
          .minP(metadata.real(prefix + "min_p", ours.minP()))
          .repeatPenalty(metadata.real(prefix + "penalty_repeat", ours.repeatPenalty()))
          .repeatLastN(metadata.integer(prefix + "penalty_last_n", ours.repeatLastN()))
          .build();
    } catch (IllegalArgumentException e) {
      throw new MalformedModelException(
          file.path(), MalformedModelException.NOWHERE, "keys " + prefix + "*: " + e.getMessage());
    }
  }

  /** A new session, empty, that keeps keys and values in half precision. */
  public Session newSession(int context) {
    return newSession(context, KvType.F16);
  }

  /**
   * A new session, empty.
   *
   * @param context the most tokens that it will hold, at most what the model was made for
   */
  public Session newSession(int context, KvType kvType) {
    if (context < 1 || context > config.context()) {
      throw new IllegalArgumentException(
          "context must be in [1, %d] for this model, got %d".formatted(config.context(), context));
    }
    return new Session(config, forward, pool(kvType), context);
  }

  /** From the next pass on, shows {@code observer} what the matrices are multiplied by. */
  public void observe(ActivationObserver observer) {
    forward.observe(observer);
  }

  private KvPool pool(KvType type) {
    synchronized (pools) {
      return pools.computeIfAbsent(type, t -> new KvPool(config, t, keptCacheBytes));
    }
  }

  Forward forward() {
    return forward;
  }

  WorkerPool workers() {
    return workers;
  }

  /** Ends the threads and unmaps the file. No session may be used any more. */
  @Override
  public void close() {
    workers.close();
    memory.close();
    file.close();
  }
}
