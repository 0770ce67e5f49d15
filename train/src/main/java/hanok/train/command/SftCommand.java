package hanok.train.command;

import hanok.chat.ChatTemplate;
import hanok.chat.Message;
import hanok.console.ConfigFile;
import hanok.model.HuggingFaceFolder;
import hanok.token.Prompt;
import hanok.token.Tokenizer;
import hanok.train.config.ChatData;
import hanok.train.config.Plan;
import hanok.train.config.SftConfig;
import hanok.train.data.BatchStream;
import hanok.train.data.ChatReport;
import hanok.train.data.Chats;
import hanok.train.data.EvalGrams;
import hanok.train.run.Samples;
import hanok.train.run.Validation;
import hanok.train.torch.TorchLearner;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code train sft CONFIG.yaml}: learns to answer, from conversations. */
@Command(name = "sft")
final class SftCommand implements Callable<Integer> {
  @ParentCommand TrainCommand parent;

  @Parameters(index = "0", paramLabel = "CONFIG.yaml")
  Path file;

  @Option(names = "--dry-run")
  boolean dryRun;

  @Option(names = "--speed", paramLabel = "TOKENS", defaultValue = "0")
  double speed;

  @Override
  public Integer call() {
    SftConfig config = ConfigFile.read(file, SftConfig.class);
    Tokenizer tokenizer = Tokenizer.load(config.tokenizer());
    Chats chats = chats(config, tokenizer);
    chats.reports().forEach(this::tell);
    BatchStream stream = chats.stream(config.seed());
    long steps = config.allSteps(stream.rowsPerEpoch());
    if (dryRun) {
      return PlanText.print(parent.program, plan(config, steps), config, speed);
    }
    Validation validation =
        new Validation(tokenizer, chats.sample(config.eval().rows(), config.batch().microRows()));
    Samples samples = new Samples(tokenizer, prompts(config), config.eval().sampleTokens());
    try (TorchLearner learner = TorchLearner.load(config.base(), Options.of(config))) {
      return new Run(
              parent.program, config, config.tokenizer(), steps, steps, stream, validation, samples)
          .with(learner, file);
    }
  }

  private static Chats chats(SftConfig config, Tokenizer tokenizer) {
    ChatData data = config.data();
    List<Chats.Source> sources =
        data.train().stream()
            .map(source -> new Chats.Source(source.path(), source.weight()))
            .toList();
    EvalGrams grams = data.decontaminate() == null ? null : EvalGrams.of(data.decontaminate());
    boolean cut = data.tooLong() == ChatData.TooLong.CUT;
    return Chats.read(
        sources,
        tokenizer,
        new Chats.Settings(config.batch().length(), cut, data.heldOut(), grams));
  }

  private void tell(ChatReport report) {
    parent.program.remark(
        "sft.chats",
        report.file(),
        report.chats(),
        report.heldOut(),
        report.tokens(),
        report.learned(),
        report.cut(),
        report.tooLong() + report.unanswered(),
        report.contaminated());
  }

  private static Plan plan(SftConfig config, long steps) {
    try (HuggingFaceFolder base = HuggingFaceFolder.open(config.base())) {
      return Plan.of(base.config().config(), base.config().tied(), config, steps);
    }
  }

  private static SequencedMap<String, Prompt> prompts(SftConfig config) {
    SequencedMap<String, Prompt> prompts = new LinkedHashMap<>();
    for (String text : config.eval().prompts()) {
      prompts.put(text, ChatTemplate.exaone().render(List.of(Message.user(text)), true));
    }
    return prompts;
  }
}
