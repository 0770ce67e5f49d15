package hanok.train.torch;

import static org.bytedeco.pytorch.global.torch.tensor;

import hanok.train.Batch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A batch where computations want it. Rows are one behind the other: only attention knows that
 * tokens belong together.
 *
 * @param ids {@code [tokens]}
 * @param rotation of queries and keys
 * @param attention within documents
 */
record Inputs(Tensor ids, Rope.Rotation rotation, Attention attention) {

  /** Documents of equal length, one behind the other. */
  record Span(int documents, int length) {
    long tokens() {
      return (long) documents * length;
    }
  }

  static Inputs of(Batch batch, Rope rope, ScalarType type, Device device) {
    return new Inputs(
        tensor(batch.inputs()).to(device, ScalarType.Long),
        rope.rotation(batch.positions(), type, device),
        new Attention(spans(batch), type, device.is_cpu()));
  }

  /** Runs of equal document numbers within rows; neighbours of equal length are put together. */
  static List<Span> spans(Batch batch) {
    List<Span> spans = new ArrayList<>();
    int[] documents = batch.documents();
    int begin = 0;
    for (int at = 1; at <= documents.length; at++) {
      boolean ends = at == documents.length || at % batch.length() == 0;
      if (ends || documents[at] != documents[at - 1]) {
        int length = at - begin;
        if (!spans.isEmpty() && spans.getLast().length() == length) {
          spans.set(spans.size() - 1, new Span(spans.getLast().documents() + 1, length));
        } else {
          spans.add(new Span(1, length));
        }
        begin = at;
      }
    }
    return spans;
  }
}
