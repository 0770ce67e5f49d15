package hanok.train.torch;

import hanok.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of a model as layers compute with them.
 *
 * @param share where gradients are added: threads that compute at the same time have their own
 */
record Parameters(Weights weights, int share) {
  ModelConfig config() {
    return weights.config();
  }

  Types types() {
    return weights.types();
  }

  Passes passes() {
    return weights.passes();
  }

  Leaf embedding() {
    return weights.matrices().exactLeaf(share, "token_embd.weight");
  }

  RmsNorm outputNorm() {
    return norm("output_norm.weight");
  }

  /** The output matrix; the embedding if the model is tied. */
  Leaf output() {
    return weights.matrices().leaf(share, weights.tied() ? "token_embd.weight" : "output.weight");
  }

  RmsNorm norm(int layer, String name) {
    return norm(name(layer, name));
  }

  private RmsNorm norm(String name) {
    return new RmsNorm(weights.norms().leaf(share, name), config().normEps(), passes());
  }

  /** Matrices of equal width that lie side by side, with their adapters. */
  Linear linear(int layer, String... names) {
    String[] full = new String[names.length];
    List<Linear.Adapter> added = new ArrayList<>();
    long row = 0;
    for (int i = 0; i < names.length; i++) {
      full[i] = name(layer, names[i]);
      Optional<Double> scale = weights.adapterScale(full[i]);
      if (scale.isPresent()) {
        added.add(adapter(full[i], scale.get(), row));
      }
      row += weights.matrices().shape(full[i]).shape()[0];
    }
    return new Linear(weights.matrices().leaf(share, full), added, passes());
  }

  private Linear.Adapter adapter(String matrix, double scale, long row) {
    ParameterGroup adapters = weights.adapters().orElseThrow();
    Leaf a = adapters.leaf(share, LoraOptions.a(matrix));
    Leaf b = adapters.leaf(share, LoraOptions.b(matrix));
    return new Linear.Adapter(a, b, scale, row);
  }

  private static String name(int layer, String name) {
    return "blk." + layer + "." + name + ".weight";
  }
}
