package hanok.bench;

import hanok.engine.Generation;
import hanok.engine.LoadOptions;
import hanok.engine.Model;
import hanok.engine.SamplerOptions;
import hanok.engine.Scheduler;
import hanok.engine.Session;
import hanok.gguf.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Measures prompts ({@code pp}) and answers ({@code tg}) as llama-bench does: each from an empty
 * context or one of some depth, with arbitrary tokens, since speed does not depend on which. With a
 * peer, the two take turns, so that whatever else the machine does meets both.
 */
public final class Benchmark {

  /**
   * What to measure.
   *
   * @param prompts lengths of prompts in tokens
   * @param answers lengths of answers in tokens
   * @param depths tokens that are in the context before each of them, 0 for an empty one
   * @param sequences how many answers are made together; 1 for one by itself
   * @param load how the model is loaded
   * @param repetitions how often each, at least 1
   */
  public record Plan(
      List<Integer> prompts,
      List<Integer> answers,
      List<Integer> depths,
      List<Integer> sequences,
      LoadOptions load,
      int repetitions) {
    public Plan {
      prompts = List.copyOf(prompts);
      answers = List.copyOf(answers);
      depths = List.copyOf(depths);
      sequences = List.copyOf(sequences);
      requirePositive("repetitions", repetitions);
      prompts.forEach(length -> requirePositive("the length of a prompt", length));
      answers.forEach(length -> requirePositive("the length of an answer", length));
      sequences.forEach(count -> requirePositive("the number of sequences", count));
      for (int depth : depths) {
        if (depth < 0) {
          throw new IllegalArgumentException("a depth must be at least 0, got %d".formatted(depth));
        }
      }
      if (depths.isEmpty() || sequences.isEmpty() || (prompts.isEmpty() && answers.isEmpty())) {
        throw new IllegalArgumentException("nothing to measure: no prompt and no answer");
      }
    }

    private static void requirePositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException("%s must be at least 1, got %d".formatted(name, value));
      }
    }
  }

  /**
   * One test: some tokens at once, or one by one, after {@code depth} others; or that by several
   * sequences together, which begin with nothing.
   */
  record Test(boolean prompt, int tokens, int depth, int sequences) {
    String name() {
      String name = (prompt ? "pp" : "tg") + tokens;
      return name + (depth == 0 ? "" : "@d" + depth) + (sequences == 1 ? "" : "x" + sequences);
    }
  }

  private final Plan plan;
  private final Optional<Peer> peer;
  private final Consumer<String> progress;
  private final SequencedMap<Test, List<Double>> ours = new LinkedHashMap<>();
  private final Map<String, List<Double>> theirs = new LinkedHashMap<>();

  /**
   * @param progress is told the name of each test before it begins
   */
  public Benchmark(Plan plan, Optional<Peer> peer, Consumer<String> progress) {
    this.plan = plan;
    this.peer = peer;
    this.progress = progress;
    for (int depth : plan.depths()) {
      plan.prompts().forEach(n -> ours.put(new Test(true, n, depth, 1), new ArrayList<>()));
      plan.answers().forEach(n -> ours.put(new Test(false, n, depth, 1), new ArrayList<>()));
    }
    for (int count : plan.sequences()) {
      plan.answers()
          .forEach(n -> ours.putIfAbsent(new Test(false, n, 0, count), new ArrayList<>()));
    }
  }

  /**
   * Measures.
   *
   * @throws IllegalArgumentException if a test is longer than the model's context
   * @throws java.io.UncheckedIOException if the model or the peer cannot be started
   */
  public Report run(Path path) {
    long start = System.nanoTime();
    try (Model model = Model.load(path, plan.load())) {
      Session session = model.newSession(contextNeeded(model));
      session.prefill(ids(model, 0, 1));
      double loadSeconds = (System.nanoTime() - start) / 1e9;
      warmUp(model, session);
      for (int repetition = 0; repetition < plan.repetitions(); repetition++) {
        for (Map.Entry<Test, List<Double>> entry : ours.entrySet()) {
          Test test = entry.getKey();
          progress.accept(test.name());
          entry.getValue().add(measure(model, session, test));
          if (test.sequences() == 1) {
            peer.ifPresent(other -> measurePeer(other, path, test));
          }
        }
      }
      return report(model, path, loadSeconds);
    }
  }

  private int contextNeeded(Model model) {
    int most =
        ours.keySet().stream().mapToInt(test -> test.depth() + test.tokens()).max().orElseThrow();
    if (most > model.config().context()) {
      throw new IllegalArgumentException(
          "a test of %d tokens, but the model was made for %d"
              .formatted(most, model.config().context()));
    }
    return Math.min(model.config().context(), Math.max(most, 64));
  }

  /** Every test once, as llama-bench does: kernels are then compiled, and caches filled. */
  private void warmUp(Model model, Session session) {
    for (int i = 0; i < 2; i++) {
      session.rewind(0);
      session.prefill(ids(model, 0, Math.min(16, session.context())));
      for (int id : ids(model, 16, Math.min(8, session.context() - session.position()))) {
        session.forward(id);
      }
    }
    plan.prompts().forEach(tokens -> measure(model, session, new Test(true, tokens, 0, 1)));
  }

  private static double measure(Model model, Session session, Test test) {
    if (test.sequences() > 1) {
      return measureTogether(model, test);
    }
    int[] ids = ids(model, test.depth(), test.tokens());
    if (session.position() < test.depth()) {
      session.prefill(ids(model, session.position(), test.depth() - session.position()));
    }
    session.rewind(test.depth());
    long start = System.nanoTime();
    if (test.prompt()) {
      session.prefill(ids);
    } else {
      for (int id : ids) {
        session.forward(id);
      }
    }
    return test.tokens() * 1e9 / (System.nanoTime() - start);
  }

  /** Answers to prompts of one token, by a {@link Scheduler}. */
  private static double measureTogether(Model model, Test test) {
    SamplerOptions endless = SamplerOptions.GREEDY.toBuilder().logitBias(noEnd(model)).build();
    int context = test.tokens() + 1;
    Scheduler.Limits limits = Scheduler.Limits.of(test.sequences(), test.sequences(), context);
    try (Scheduler scheduler = new Scheduler(model, limits)) {
      long start = System.nanoTime();
      List<Scheduler.Ticket> tickets = new ArrayList<>();
      for (int i = 0; i < test.sequences(); i++) {
        int[] prompt = ids(model, i, 1);
        tickets.add(
            scheduler.submit(
                new Generation.Request(prompt, endless, test.tokens(), List.of(), false),
                text -> {}));
      }
      tickets.forEach(ticket -> ticket.result().join());
      return test.sequences() * test.tokens() * 1e9 / (System.nanoTime() - start);
    }
  }

  /** Random weights end an answer sooner or later. */
  private static Map<Integer, Float> noEnd(Model model) {
    Map<Integer, Float> bias = new HashMap<>();
    model.endOfGeneration().forEach(id -> bias.put(id, Float.NEGATIVE_INFINITY));
    return bias;
  }

  private void measurePeer(Peer other, Path path, Test test) {
    progress.accept(test.name() + " (llama.cpp)");
    double speed = other.measure(path, test, plan.load().threads());
    theirs.computeIfAbsent(test.name(), name -> new ArrayList<>()).add(speed);
  }

  /** The tokens from a position on. */
  private static int[] ids(Model model, int position, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (int) ((400 + (position + i) * 7919L) % model.config().vocab());
    }
    return ids;
  }

  private Report report(Model model, Path path, double loadSeconds) {
    long resident = residentBytes();
    progress.accept("memory"); // last, since it needs memory itself
    List<Measurement> results = new ArrayList<>();
    long weights = weightBytes(model);
    ours.forEach((test, samples) -> {
      boolean all = !test.prompt() && test.sequences() == 1;
      long bytes = all ? weights + cacheBytes(model, test) : 0;
      results.add(new Measurement(test.name(), samples, bytes));
    });
    Map<String, Measurement> others = new LinkedHashMap<>();
    theirs.forEach((name, samples) -> others.put(name, new Measurement(name, samples, 0)));
    return new Report(
        String.valueOf(path.getFileName()),
        model.file().bytes(),
        plan.load().threads(),
        MemoryWall.bytesPerSecond(plan.load().threads()),
        loadSeconds,
        resident,
        results,
        others);
  }

  /** All tensors, but for the embedding: of that a token reads one row, unless it is the output. */
  private static long weightBytes(Model model) {
    boolean tied = model.file().find("output.weight").isEmpty();
    return model.file().tensors().values().stream()
        .filter(tensor -> tied || !tensor.name().equals("token_embd.weight"))
        .mapToLong(Benchmark::bytes)
        .sum();
  }

  /** Keys and values in half precision of the tokens that one in the middle of the test sees. */
  private static long cacheBytes(Model model, Test test) {
    long bytesPerToken = 2L * Short.BYTES * model.config().layers() * model.config().kvDim();
    return bytesPerToken * (test.depth() + test.tokens() / 2);
  }

  private static long bytes(Tensor tensor) {
    return tensor.data().byteSize();
  }

  private static long residentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException e) {
      return -1; // not Linux
    }
    return -1;
  }
}
