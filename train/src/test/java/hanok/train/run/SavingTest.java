package hanok.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SavingTest {
  @TempDir Path folder;

  @Test
  void theRunGoesOnWhileACheckpointIsWritten() throws InterruptedException {
    Checkpoints checkpoints = checkpoints(2);
    Copy first = new Copy();
    Copy second = new Copy();
    second.goOn.countDown();
    try (Saving saving = new Saving(checkpoints, true)) {
      saving.save(new Copy(), () -> first, state(1), -1);
      first.begun.await();
      saving.check();
      assertThat(checkpoints.latest()).isEmpty();
      first.goOn.countDown();
      saving.save(new Copy(), () -> second, state(2), -1);
      assertThat(checkpoints.of(1)).isDirectory(); // the second waited for it
      saving.await();
      assertThat(checkpoints.latest()).contains(checkpoints.of(2));
    }
    assertThat(first.closed && second.closed).isTrue();
  }

  @Test
  void theRunWaitsWhereItIsToldTo() {
    Checkpoints checkpoints = checkpoints(2);
    Copy now = new Copy();
    now.goOn.countDown();
    try (Saving saving = new Saving(checkpoints, false)) {
      saving.save(
          now,
          () -> {
            throw new AssertionError("copied");
          },
          state(1),
          -1);
      assertThat(checkpoints.latest()).contains(checkpoints.of(1));
    }
  }

  @Test
  void whatACheckpointFailedOnIsToldOnceAndTheOneBeforeStays() throws Exception {
    Checkpoints checkpoints = checkpoints(1);
    Copy fine = new Copy();
    fine.goOn.countDown();
    Copy full = new Copy();
    full.failure = new UncheckedIOException(new IOException("No space left on device"));
    full.goOn.countDown();
    try (Saving saving = new Saving(checkpoints, true)) {
      saving.save(fine, () -> fine, state(1), -1);
      saving.save(full, () -> full, state(2), -1);
      assertThatThrownBy(() -> checkForEver(saving)).hasMessageContaining("No space left");
      saving.check();
      saving.await();
    }
    assertThat(full.closed).isTrue();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(checkpoints.of(1));
    }
  }

  /** What a run does after every step. */
  private static void checkForEver(Saving saving) throws InterruptedException {
    while (true) {
      saving.check();
      Thread.sleep(1);
    }
  }

  private Checkpoints checkpoints(int keep) {
    return new Checkpoints(folder, keep);
  }

  private static RunState state(long step) {
    return new RunState(
        step,
        0,
        new DataState(List.of(), "none"),
        new Guard(6, 0, 1).state(),
        EarlyStop.State.NONE);
  }

  /** What can do nothing but be written, once it is told to go on. */
  private static final class Copy implements Learner.Snapshot {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    @Nullable RuntimeException failure;
    volatile boolean closed;

    @Override
    public void saveWeights(Path to) {
      begun.countDown();
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
    public void close() {
      closed = true;
    }
  }
}
