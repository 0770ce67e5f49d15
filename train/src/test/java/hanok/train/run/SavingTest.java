package hanok.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.model.ModelConfig;
import hanok.train.Batch;
import hanok.train.EarlyStop;
import hanok.train.Guard;
import hanok.train.Learner;
import hanok.train.data.DataState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavingTest {
  @TempDir Path folder;

  @Test
  void goesOnWhileACheckpointIsWritten() throws InterruptedException {
    Checkpoints checkpoints = new Checkpoints(folder.resolve("c"), 2);
    Snapshots learner = new Snapshots();
    try (Saving saving = new Saving(checkpoints, true)) {
      saving.save(learner, state(1), -1);
      learner.written.await(); // the writer waits for "go on"
      assertThat(checkpoints.latest()).isEmpty();
      saving.check();
      learner.goOn.countDown();
      saving.save(learner, state(2), -1);
      saving.await();
      assertThat(checkpoints.latest()).contains(checkpoints.of(2));
      assertThat(checkpoints.of(1)).isDirectory();
    }
    assertThat(learner.closed).isEqualTo(2);
  }

  @Test
  void waitsWhereItIsToldTo() {
    Checkpoints checkpoints = new Checkpoints(folder.resolve("c"), 2);
    Snapshots learner = new Snapshots();
    learner.goOn.countDown();
    try (Saving saving = new Saving(checkpoints, false)) {
      saving.save(learner, state(1), -1);
      assertThat(checkpoints.latest()).contains(checkpoints.of(1));
    }
    assertThat(learner.closed).isZero();
  }

  @Test
  void tellsWhatACheckpointFailedOnAndKeepsTheOneBefore() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder.resolve("c"), 1);
    Snapshots learner = new Snapshots();
    learner.goOn.countDown();
    try (Saving saving = new Saving(checkpoints, true)) {
      saving.save(learner, state(1), -1);
      saving.await();
      learner.failure = new UncheckedIOException(new IOException("No space left on device"));
      saving.save(learner, state(2), -1);
      assertThatThrownBy(saving::await).hasMessageContaining("No space left");
      saving.await(); // it is told once
    }
    assertThat(checkpoints.latest()).contains(checkpoints.of(1));
    try (var files = Files.list(folder.resolve("c"))) {
      assertThat(files).hasSize(1);
    }
  }

  private static RunState state(long step) {
    return new RunState(
        step,
        0,
        new DataState(List.of(), "none"),
        new Guard(6, 0, 1).state(),
        EarlyStop.State.NONE);
  }

  /** A learner that can do nothing but be saved, when it is told to go on. */
  private static final class Snapshots implements Learner {
    final CountDownLatch written = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    @Nullable RuntimeException failure;
    int closed;

    @Override
    public Snapshot snapshot() {
      return new Snapshot() {
        @Override
        public void saveWeights(Path to) {
          Snapshots.this.saveWeights(to);
        }

        @Override
        public void saveState(Path to) {}

        @Override
        public void close() {
          closed++;
        }
      };
    }

    @Override
    public void saveWeights(Path to) {
      written.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public void saveState(Path to) {}

    @Override
    public ModelConfig config() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long trainedParameters() {
      throw new UnsupportedOperationException();
    }

    @Override
    public float[] nats(Batch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int next(int[] ids) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double accumulate(Batch batch, double scale) {
      throw new UnsupportedOperationException();
    }

    @Override
    public double gradientNorm() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void step(double learningRate, double gradientScale) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void dropGradients() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void restore(Path from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
