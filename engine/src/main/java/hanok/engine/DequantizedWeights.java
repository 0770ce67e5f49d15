package hanok.engine;

import hanok.gguf.GgufFile;
import hanok.kernel.Matrix;
import hanok.reference.ReferenceModel;
import java.util.HashMap;
import java.util.Map;

/**
 * The weights of a file as plain floats, for {@link ReferenceModel}. Every tensor is kept once it
 * was asked for: four bytes a weight.
 */
public final class DequantizedWeights implements ReferenceModel.Weights {
  private final GgufFile file;
  private final Map<String, float[]> tensors = new HashMap<>();

  public DequantizedWeights(GgufFile file) {
    this.file = file;
  }

  @Override
  public boolean has(String name) {
    return file.find(name).isPresent();
  }

  @Override
  public float[] tensor(String name) {
    return tensors.computeIfAbsent(name, this::dequantize);
  }

  private float[] dequantize(String name) {
    Matrix matrix = Matrix.of(file.tensor(name));
    float[] values = new float[Math.multiplyExact(matrix.rows(), matrix.columns())];
    float[] row = new float[matrix.columns()];
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.row(i, row);
      System.arraycopy(row, 0, values, i * row.length, row.length);
    }
    return values;
  }
}
