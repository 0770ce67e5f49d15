package hanok.train.command;

import hanok.console.ConfigFile;
import hanok.model.HuggingFaceFolder;
import hanok.model.ModelConfig;
import hanok.token.Prompt;
import hanok.token.Span;
import hanok.token.Tokenizer;
import hanok.train.Batch;
import hanok.train.config.Plan;
import hanok.train.config.PretrainConfig;
import hanok.train.config.PretrainData.ShardSource;
import hanok.train.data.Sampler;
import hanok.train.data.Shards;
import hanok.train.run.Samples;
import hanok.train.run.Validation;
import hanok.train.torch.TorchLearner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code train pretrain CONFIG.yaml}: learns to continue text. */
@Command(name = "pretrain")
final class PretrainCommand implements Callable<Integer> {
  @ParentCommand TrainCommand parent;

  @Parameters(index = "0", paramLabel = "CONFIG.yaml")
  Path file;

  @Option(names = "--dry-run")
  boolean dryRun;

  @Option(names = "--speed", paramLabel = "TOKENS", defaultValue = "0")
  double speed;

  @Override
  public Integer call() {
    PretrainConfig config = ConfigFile.read(file, PretrainConfig.class);
    Path tokenizerPath = config.tokenizer() == null ? base(config) : config.tokenizer();
    Tokenizer tokenizer = Tokenizer.load(tokenizerPath);
    if (dryRun) {
      return PlanText.print(parent.program, plan(config, tokenizer), config, speed);
    }
    try (Sources sources = new Sources(config, tokenizer);
        TorchLearner learner = learner(config, tokenizer)) {
      long steps = config.allSteps();
      Run run =
          new Run(
              parent.program,
              config,
              tokenizerPath,
              steps,
              config.data().expertStep(steps),
              sources.sampler(),
              new Validation(tokenizer, sources.held()),
              new Samples(tokenizer, prompts(config), config.eval().sampleTokens()));
      return run.with(learner, file);
    }
  }

  private static Path base(PretrainConfig config) {
    Path base = config.base();
    if (base == null) {
      throw new IllegalArgumentException("tokenizer is missing, and there is no base");
    }
    return base;
  }

  private static Plan plan(PretrainConfig config, Tokenizer tokenizer) {
    if (config.base() == null) {
      ModelConfig shape = config.model().with(tokenizer.vocab());
      return Plan.of(shape, false, config, config.allSteps());
    }
    try (HuggingFaceFolder base = HuggingFaceFolder.open(config.base())) {
      boolean tied = base.config().tied();
      return Plan.of(base.config().config(), tied, config, config.allSteps());
    }
  }

  private static TorchLearner learner(PretrainConfig config, Tokenizer tokenizer) {
    if (config.base() != null) {
      return TorchLearner.load(config.base(), Options.of(config));
    }
    ModelConfig shape = config.model().with(tokenizer.vocab());
    return TorchLearner.random(shape, config.seed(), Options.of(config));
  }

  private static SequencedMap<String, Prompt> prompts(PretrainConfig config) {
    SequencedMap<String, Prompt> prompts = new LinkedHashMap<>();
    for (String text : config.eval().prompts()) {
      prompts.put(text, new Prompt(List.of(new Span(text, false)), List.of()));
    }
    return prompts;
  }

  /** The shards of a run, held against their checksums. */
  private static final class Sources implements AutoCloseable {
    private final PretrainConfig config;
    private final List<Sampler.Source> train = new ArrayList<>();
    private final List<Shards> valid = new ArrayList<>();

    Sources(PretrainConfig config, Tokenizer tokenizer) {
      this.config = config;
      for (ShardSource source : config.data().train()) {
        train.add(new Sampler.Source(source.name(), checked(source.path(), tokenizer)));
      }
      for (Path path : config.data().valid()) {
        valid.add(checked(path, tokenizer));
      }
    }

    private static Shards checked(Path path, Tokenizer tokenizer) {
      Shards shards = Shards.open(path);
      shards.require(tokenizer);
      shards.verify();
      return shards;
    }

    Sampler sampler() {
      List<ShardSource> sources = config.data().train();
      List<Sampler.Stage> stages = new ArrayList<>();
      stages.add(new Sampler.Stage(0, sources.stream().map(ShardSource::weight).toList()));
      if (config.data().expertFrom() < 1) {
        long row = config.data().expertStep(config.allSteps()) * config.batch().rows();
        List<Double> weights = sources.stream().map(ShardSource::expertWeight).toList();
        stages.add(new Sampler.Stage(row, weights));
      }
      boolean across = config.data().acrossDocuments();
      return new Sampler(train, stages, config.batch().length(), across, config.seed());
    }

    /** What is held out, by language. */
    SequencedMap<String, List<Batch>> held() {
      SequencedMap<String, List<Batch>> sets = new LinkedHashMap<>();
      for (Shards shards : valid) {
        shards
            .sample(
                config.batch().length(),
                config.data().acrossDocuments(),
                config.eval().rows(),
                config.batch().microRows())
            .forEach((lang, batches) -> sets.merge(lang, batches, Sources::both));
      }
      return sets;
    }

    private static List<Batch> both(List<Batch> a, List<Batch> b) {
      List<Batch> all = new ArrayList<>(a);
      all.addAll(b);
      return all;
    }

    @Override
    public void close() {
      train.forEach(source -> source.shards().close());
      valid.forEach(Shards::close);
    }
  }
}
