package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.OutputFile;
import hanok.console.ProgressBar;
import hanok.model.HuggingFaceConfig;
import hanok.quantize.FileType;
import hanok.quantize.RandomModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code random PRESET|CONFIG.json OUT.gguf}: a model of random weights, to measure speed with. */
@Command(name = "random")
final class RandomWeights implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "PRESET|CONFIG.json")
  String shape;

  @Parameters(index = "1", paramLabel = "OUT.gguf")
  Path out;

  @Option(names = "--type", paramLabel = "TYPE", defaultValue = "Q8_0")
  FileType type;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0")
  long seed;

  @Option(names = "--force")
  boolean force;

  @Override
  public Integer call() {
    RandomModel model = model();
    OutputFile.prepare(out, force);
    model.write(out, type, seed, new ProgressBar(hanok));
    Written.report(hanok, out);
    return ExitCode.OK;
  }

  private RandomModel model() {
    if (!shape.endsWith(".json")) {
      for (String preset : RandomModel.presets()) {
        if (preset.equals(shape)) {
          return RandomModel.preset(shape);
        }
      }
      String presets = String.join(", ", RandomModel.presets());
      throw new Failure(ExitCode.USAGE, "random.noPreset", shape, presets);
    }
    Path config = Path.of(shape);
    if (!Files.exists(config)) {
      throw new Failure(ExitCode.NOT_FOUND, "error.noSuchFile", config);
    }
    return RandomModel.of(HuggingFaceConfig.read(config));
  }
}
