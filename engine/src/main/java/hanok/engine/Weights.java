package hanok.engine;

import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Tensor;
import hanok.kernel.Matrix;
import hanok.kernel.RowMatrix;
import hanok.model.ModelConfig;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a model, with shapes that have been checked. The few vectors are copied to arrays.
 *
 * @param embedding {@code [vocab x dim]}
 * @param output {@code [vocab x dim]}; the embedding itself if the model ties them
 * @param ropeFactors {@code [ropeDim / 2]}, by which EXAONE 3.5 slows RoPE down; null for none
 */
record Weights(
    RowMatrix embedding,
    Layer[] layers,
    float[] outputNorm,
    Matrix output,
    float @Nullable [] ropeFactors) {

  /** One transformer block. */
  record Layer(
      float[] attentionNorm,
      Matrix query,
      Matrix key,
      Matrix value,
      Matrix attentionOutput,
      float[] ffnNorm,
      Matrix gate,
      Matrix up,
      Matrix down) {

    private Layer map(UnaryOperator<Matrix> change) {
      return new Layer(
          attentionNorm,
          change.apply(query),
          change.apply(key),
          change.apply(value),
          change.apply(attentionOutput),
          ffnNorm,
          change.apply(gate),
          change.apply(up),
          change.apply(down));
    }
  }

  /** These weights with other forms of all matrices but the embedding. */
  Weights map(UnaryOperator<Matrix> change) {
    Layer[] changed = new Layer[layers.length];
    Arrays.setAll(changed, i -> layers[i].map(change));
    return new Weights(embedding, changed, outputNorm, change.apply(output), ropeFactors);
  }

  /**
   * Finds all tensors of a model. Matrices stay in the mapped file.
   *
   * @throws MalformedModelException if one is missing or has another shape than {@code config} says
   */
  static Weights of(GgufFile file, ModelConfig config) {
    Finder find = new Finder(file);
    int dim = config.dim();
    RowMatrix embedding = find.matrix("token_embd.weight", config.vocab(), dim);
    Layer[] layers = new Layer[config.layers()];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = layer(find, "blk." + i + ".", config);
    }
    Matrix output =
        file.find("output.weight").isPresent()
            ? find.matrix("output.weight", config.vocab(), dim)
            : embedding;
    float[] ropeFactors =
        file.find("rope_freqs.weight").isPresent()
            ? find.vector("rope_freqs.weight", config.ropeDim() / 2)
            : null;
    return new Weights(
        embedding, layers, find.vector("output_norm.weight", dim), output, ropeFactors);
  }

  private static Layer layer(Finder find, String prefix, ModelConfig config) {
    int dim = config.dim();
    return new Layer(
        find.vector(prefix + "attn_norm.weight", dim),
        find.matrix(prefix + "attn_q.weight", config.queryDim(), dim),
        find.matrix(prefix + "attn_k.weight", config.kvDim(), dim),
        find.matrix(prefix + "attn_v.weight", config.kvDim(), dim),
        find.matrix(prefix + "attn_output.weight", dim, config.queryDim()),
        find.vector(prefix + "ffn_norm.weight", dim),
        find.matrix(prefix + "ffn_gate.weight", config.ffnDim(), dim),
        find.matrix(prefix + "ffn_up.weight", config.ffnDim(), dim),
        find.matrix(prefix + "ffn_down.weight", dim, config.ffnDim()));
  }

  private record Finder(GgufFile file) {
    RowMatrix matrix(String name, int rows, int columns) {
      return RowMatrix.of(checked(name, rows, columns));
    }

    float[] vector(String name, int length) {
      float[] values = new float[length];
      RowMatrix.of(checked(name, 1, length)).row(0, values);
      return values;
    }

    private Tensor checked(String name, int rows, int columns) {
      Tensor tensor = file.tensor(name);
      if (tensor.columns() != columns || tensor.rows() != rows) {
        throw new MalformedModelException(
            file.path(),
            MalformedModelException.NOWHERE,
            "tensor %s is %s; the metadata asks for %d x %d"
                .formatted(name, tensor.shapeText(), columns, rows));
      }
      return tensor;
    }
  }
}
