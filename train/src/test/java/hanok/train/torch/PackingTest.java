package hanok.train.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hanok.train.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Documents packed into rows learn as they do one by one. */
@NeedsLibTorch
class PackingTest {
  private static final int LENGTH = 24;

  @Test
  void givesTheLossAndTheGradientOfDocumentsOneByOne() {
    Batch packed = Tiny.packed(Tiny.MODEL, 3, LENGTH, 11);
    List<Batch> single = apart(packed);
    assertThat(single).hasSizeGreaterThan(6);
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options());
        PointerScope _ = new PointerScope()) {
      double loss = learner.accumulate(packed, 0.1);
      List<Tensor> gradients = gradients(learner);
      learner.dropGradients();
      double sum = 0;
      for (Batch batch : single) {
        sum += learner.accumulate(batch, 0.1);
      }
      assertThat(sum).isCloseTo(loss, within(1e-5 * loss));
      List<Tensor> apart = gradients(learner);
      for (int i = 0; i < apart.size(); i++) {
        double size = gradients.get(i).norm().item_double();
        assertThat(apart.get(i).sub(gradients.get(i)).norm().item_double()).isLessThan(1e-5 * size);
      }
    }
  }

  @Test
  void whatDoesNotCountLeavesNoTrace() {
    Batch batch = Tiny.packed(Tiny.MODEL, 2, LENGTH, 4);
    Batch changed = Tiny.packed(Tiny.MODEL, 2, LENGTH, 4);
    for (int i = 0; i < changed.targets().length; i++) {
      if (changed.weights()[i] == 0) {
        changed.targets()[i] = -1; // as other trainers mark it
      }
    }
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      double loss = learner.accumulate(batch, 1);
      double norm = learner.gradientNorm();
      learner.dropGradients();
      assertThat(learner.gradientNorm()).isZero();
      assertThat(learner.accumulate(changed, 1)).isEqualTo(loss);
      assertThat(learner.gradientNorm()).isEqualTo(norm);
      float[] nats = learner.nats(batch);
      double sum = 0;
      for (int i = 0; i < nats.length; i++) {
        sum += nats[i] * batch.weights()[i];
      }
      assertThat(sum).isCloseTo(loss, within(1e-5 * loss));
    }
  }

  @Test
  void aBatchInWhichNothingCountsIsNoLossAndNoGradient() {
    Batch batch = Tiny.batch(2, LENGTH, 4);
    Arrays.fill(batch.weights(), 0);
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      assertThat(learner.accumulate(batch, 1)).isZero();
      assertThat(learner.gradientNorm()).isZero();
    }
  }

  @Test
  void weightsMayBeNegativeAndCancelOut() {
    Batch batch = Tiny.batch(1, LENGTH, 4);
    for (int i = 0; i < LENGTH; i++) {
      batch.weights()[i] = i % 2 == 0 ? 1 : -1; // as preferences have it
    }
    try (TorchLearner learner = TorchLearner.random(Tiny.MODEL, 1, Tiny.options())) {
      learner.accumulate(batch, 1);
      assertThat(learner.gradientNorm()).isGreaterThan(0.1);
    }
  }

  private static List<Tensor> gradients(TorchLearner learner) {
    List<Tensor> gradients = new ArrayList<>();
    for (ParameterGroup group : learner.weights().groups()) {
      ParameterGroup.Learning learning = group.learning().orElseThrow();
      for (ParameterGroup.Shape shape : group.shapes()) {
        gradients.add(group.part(learning.gradients(), shape.name()).clone());
      }
    }
    return gradients;
  }

  private static List<Batch> apart(Batch packed) {
    List<Batch> single = new ArrayList<>();
    int begin = 0;
    for (int at = 1; at <= packed.documents().length; at++) {
      boolean ends = at % LENGTH == 0 || packed.documents()[at] != packed.documents()[at - 1];
      if (ends) {
        int length = at - begin;
        single.add(
            new Batch(
                1,
                length,
                Arrays.copyOfRange(packed.inputs(), begin, at),
                Arrays.copyOfRange(packed.targets(), begin, at),
                Arrays.copyOfRange(packed.weights(), begin, at),
                Arrays.copyOfRange(packed.positions(), begin, at),
                new int[length]));
        begin = at;
      }
    }
    return single;
  }
}
