package hanok.train.command;

import hanok.train.config.ComputeSettings;
import hanok.train.config.LoraSettings;
import hanok.train.config.OptimizerSettings;
import hanok.train.config.RunConfig;
import hanok.train.torch.LoraOptions;
import hanok.train.torch.Precision;
import hanok.train.torch.TorchLearner;
import hanok.train.torch.TorchOptions;
import java.util.Set;

/** What libtorch is told, of what a run is told. */
final class Options {
  private Options() {}

  static TorchOptions of(RunConfig config) {
    ComputeSettings compute = config.compute();
    OptimizerSettings optimizer = config.optimizer();
    LoraSettings lora = config.lora();
    String device = device(compute);
    return new TorchOptions(
        precision(compute, device),
        device,
        compute.threads() == 0 ? Runtime.getRuntime().availableProcessors() : compute.threads(),
        optimizer.beta1(),
        optimizer.beta2(),
        optimizer.eps(),
        optimizer.weightDecay(),
        compute.recompute(),
        lora == null
            ? null
            : new LoraOptions(lora.rank(), lora.alpha(), Set.copyOf(lora.targets())));
  }

  private static String device(ComputeSettings compute) {
    boolean choose = compute.device().equals("auto");
    return choose ? TorchLearner.hasCuda() ? "cuda:0" : "cpu" : compute.device();
  }

  private static Precision precision(ComputeSettings compute, String device) {
    return switch (compute.precision()) {
      case AUTO -> Precision.best(device);
      case FP32 -> Precision.FP32;
      case BF16 -> Precision.BF16;
    };
  }
}
