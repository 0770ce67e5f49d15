package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.full;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * AdamW by libtorch's fused kernel, which reads and writes everything once. The C++ API does not
 * have it, so it is called through the dispatcher, by its schema.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Decoupled weight decay regularization</a>
 */
final class AdamW {
  private final TorchOptions options;
  private final OperatorHandle kernel;
  private long step;

  AdamW(TorchOptions options) {
    this.options = options;
    kernel = Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", "");
  }

  /** How many steps were taken. */
  long step() {
    return step;
  }

  void resumeAt(long steps) {
    step = steps;
  }

  /**
   * Steps all groups that learn.
   *
   * @param gradientScale what gradients are multiplied with first
   */
  void step(Iterable<ParameterGroup> groups, double learningRate, double gradientScale) {
    step++;
    try (PointerScope _ = new PointerScope()) {
      for (ParameterGroup group : groups) {
        if (group.learning().isPresent()) {
          step(group.values(), group.learning().get(), learningRate, gradientScale);
          group.refresh();
        }
      }
    }
  }

  /**
   * {@code _fused_adamw_(Tensor[] self, Tensor[] grads, Tensor[] exp_avgs, Tensor[] exp_avg_sqs,
   * Tensor[] max_exp_avg_sqs, Tensor[] state_steps, float lr, float beta1, float beta2, float
   * weight_decay, float eps, bool amsgrad, bool maximize, Tensor? grad_scale, Tensor? found_inf)}.
   */
  private void step(
      Tensor values, ParameterGroup.Learning learning, double learningRate, double gradientScale) {
    if (gradientScale != 1) {
      learning.gradients().mul_(new Scalar(gradientScale));
    }
    IValueVector stack = new IValueVector();
    stack.push_back(list(values));
    stack.push_back(list(learning.gradients()));
    stack.push_back(list(learning.mean()));
    stack.push_back(list(learning.square()));
    stack.push_back(list());
    Tensor steps = full(new long[0], new Scalar((double) step)).to(ScalarType.Float);
    stack.push_back(list(steps.to(values.device(), ScalarType.Float)));
    stack.push_back(new IValue(learningRate));
    stack.push_back(new IValue(options.beta1()));
    stack.push_back(new IValue(options.beta2()));
    stack.push_back(new IValue(learning.decay()));
    stack.push_back(new IValue(options.eps()));
    stack.push_back(new IValue(false));
    stack.push_back(new IValue(false));
    stack.push_back(new IValue());
    stack.push_back(new IValue());
    kernel.callBoxed(stack);
    learning.gradients().zero_();
  }

  /** Any other constructor would take the list's address for something else, and compile. */
  private static IValue list(Tensor... tensors) {
    GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
    for (Tensor tensor : tensors) {
      list.push_back(new IValue(tensor));
    }
    return new IValue(list);
  }
}
