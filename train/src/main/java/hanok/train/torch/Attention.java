package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.grad;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Causal attention within documents, by libtorch's fused kernels. On CPUs these are called by
 * themselves, forward and backward: the one is three times as fast in bfloat16 as in float32, the
 * other twelve times as slow, so gradients are computed in float32 from what went forward.
 */
final class Attention {
  private static final String CPU = "aten::_scaled_dot_product_flash_attention_for_cpu";

  private final List<Inputs.Span> spans;
  private final ScalarType exact;
  private final boolean cpu;
  private final OperatorHandle forward = Dispatcher.singleton().findSchemaOrThrow(CPU, "");
  private final OperatorHandle backward =
      Dispatcher.singleton().findSchemaOrThrow(CPU + "_backward", "");

  /**
   * What went forward, to compute gradients from.
   *
   * @param mixed the result, {@code [tokens, heads, headDim]}
   * @param logSums of every span: logarithms of softmax's sums; empty elsewhere than on CPUs
   */
  record Pass(Heads heads, Tensor mixed, List<Tensor> logSums) {}

  /**
   * Attention of a batch.
   *
   * @param exact the type of gradients on CPUs
   * @param cpu whether to call the kernels of CPUs by themselves
   */
  Attention(List<Inputs.Span> spans, ScalarType exact, boolean cpu) {
    this.spans = spans;
    this.exact = exact;
    this.cpu = cpu;
  }

  Pass forward(Heads heads) {
    TensorVector parts = new TensorVector();
    List<Tensor> logSums = new ArrayList<>();
    long token = 0;
    for (Inputs.Span span : spans) {
      Tensor q = documents(heads.query(), span, token);
      Tensor k = documents(heads.key(), span, token);
      Tensor v = documents(heads.value(), span, token);
      if (!cpu) {
        parts.push_back(tokens(anyKernel(q, k, v)));
      } else {
        IValueVector stack = call(forward, q, k, v);
        parts.push_back(tokens(stack.get(0).toTensor()));
        logSums.add(stack.get(1).toTensor().detach()); // the stack only lends it
      }
      token += span.tokens();
    }
    return new Pass(heads, joined(parts), logSums);
  }

  /**
   * The gradients of what went forward.
   *
   * @param gradient of the result
   */
  Heads backward(Pass pass, Tensor gradient) {
    if (byProducts(pass.heads().query())) {
      return new AttentionGradient(spans).of(pass, gradient);
    }
    TensorVector queries = new TensorVector();
    TensorVector keys = new TensorVector();
    TensorVector values = new TensorVector();
    long token = 0;
    for (int i = 0; i < spans.size(); i++) {
      Inputs.Span span = spans.get(i);
      Tensor q = documents(pass.heads().query(), span, token);
      Tensor k = documents(pass.heads().key(), span, token);
      Tensor v = documents(pass.heads().value(), span, token);
      Tensor g = documents(gradient, span, token);
      Heads one =
          cpu
              ? onCpu(q, k, v, g, documents(pass.mixed(), span, token), pass.logSums().get(i))
              : anyKernel(q, k, v, g);
      queries.push_back(tokens(one.query()));
      keys.push_back(tokens(one.key()));
      values.push_back(tokens(one.value()));
      token += span.tokens();
    }
    return new Heads(joined(queries), joined(keys), joined(values));
  }

  private boolean byProducts(Tensor query) {
    return cpu && query.scalar_type().intern() == ScalarType.BFloat16 && exact == ScalarType.Float;
  }

  private Heads onCpu(Tensor q, Tensor k, Tensor v, Tensor g, Tensor mixed, Tensor logSums) {
    IValueVector stack =
        call(
            backward, g.to(exact), q.to(exact), k.to(exact), v.to(exact), mixed.to(exact), logSums);
    return new Heads(stack.get(0).toTensor(), stack.get(1).toTensor(), stack.get(2).toTensor());
  }

  /** Both kernels end with {@code dropout_p, is_causal, attn_mask, scale}. */
  private static IValueVector call(OperatorHandle kernel, Tensor... tensors) {
    IValueVector stack = new IValueVector();
    for (Tensor tensor : tensors) {
      stack.push_back(new IValue(tensor));
    }
    stack.push_back(new IValue(0.0));
    stack.push_back(new IValue(true));
    stack.push_back(new IValue());
    stack.push_back(new IValue());
    kernel.callBoxed(stack);
    return stack;
  }

  /** Attention by the kernel that libtorch chooses: on GPUs there are several. */
  private static Tensor anyKernel(Tensor q, Tensor k, Tensor v) {
    return scaled_dot_product_attention(
        q, k, v, new TensorOptional(), 0, true, new DoubleOptional(), true);
  }

  /** What libtorch chose among its kernels only autograd knows, so it repeats the pass. */
  private static Heads anyKernel(Tensor q, Tensor k, Tensor v, Tensor g) {
    TensorVector leaves = new TensorVector();
    for (Tensor tensor : new Tensor[] {q, k, v}) {
      Tensor leaf = tensor.detach();
      leaf.set_requires_grad(true);
      leaves.push_back(leaf);
    }
    Tensor mixed = anyKernel(leaves.get(0), leaves.get(1), leaves.get(2));
    TensorVector gradients =
        grad(
            new TensorVector(mixed),
            leaves,
            new TensorVector(g),
            new BoolOptional(false),
            false,
            false);
    return new Heads(gradients.get(0), gradients.get(1), gradients.get(2));
  }

  /** {@code [tokens, heads, headDim]} to {@code [documents, heads, length, headDim]} of a span. */
  private static Tensor documents(Tensor x, Inputs.Span span, long token) {
    return x.narrow(0, token, span.tokens())
        .view(span.documents(), span.length(), x.size(1), x.size(2))
        .transpose(1, 2);
  }

  /** {@code [documents, heads, length, headDim]} to {@code [tokens, heads, headDim]}. */
  private static Tensor tokens(Tensor x) {
    return x.transpose(1, 2).reshape(-1, x.size(1), x.size(3));
  }

  private static Tensor joined(TensorVector parts) {
    return parts.size() == 1 ? parts.get(0).detach() : cat(parts, 0);
  }
}
