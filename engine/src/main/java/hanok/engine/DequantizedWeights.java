package hanok.engine;

import hanok.gguf.GgufFile;
import hanok.kernel.Format;
import hanok.kernel.Rounding;
import hanok.kernel.RowMatrix;
import hanok.reference.ReferenceModel;
import java.util.HashMap;
import java.util.Map;

/**
 * The weights of a file as plain floats, for {@link ReferenceModel}. Every tensor is kept once it
 * was asked for: four bytes a weight. Inputs of quantised matrices are rounded as the engine and
 * llama.cpp round them, or left as they are, for the model as it would be with exact arithmetic.
 */
public final class DequantizedWeights implements ReferenceModel.Weights {
  private final GgufFile file;
  private final boolean roundsInputs;
  private final Map<String, float[]> tensors = new HashMap<>();

  public DequantizedWeights(GgufFile file, boolean roundsInputs) {
    this.file = file;
    this.roundsInputs = roundsInputs;
  }

  @Override
  public boolean has(String name) {
    return file.find(name).isPresent();
  }

  @Override
  public float[] tensor(String name) {
    return tensors.computeIfAbsent(name, this::dequantize);
  }

  @Override
  public float[] input(String matrix, float[] x) {
    Rounding rounding = Format.of(file.tensor(matrix).type()).rounding();
    return roundsInputs ? rounding.apply(x) : x;
  }

  private float[] dequantize(String name) {
    RowMatrix matrix = RowMatrix.of(file.tensor(name));
    float[] values = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
    float[] row = new float[matrix.columns()];
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.row(i, row);
      System.arraycopy(row, 0, values, i * row.length, row.length);
    }
    return values;
  }
}
