package hanok.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WorkerPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void runsEveryChunkOnceInManyDispatches(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      assertThat(pool.threads()).isEqualTo(threads);
      for (int dispatch = 0; dispatch < 2000; dispatch++) {
        int chunks = dispatch % 23;
        int[] runs = new int[chunks];
        // Not atomic on purpose: the caller must see what every worker wrote.
        pool.run(chunks, chunk -> runs[chunk]++);
        assertThat(Arrays.stream(runs).allMatch(n -> n == 1)).as("dispatch %d", dispatch).isTrue();
      }
    }
  }

  @Test
  void wakesThreadsThatSleep() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int dispatch = 0; dispatch < 20; dispatch++) {
        CountDownLatch both = new CountDownLatch(2);
        // Neither chunk ends before both have begun, so that two threads must take part.
        pool.run(2, chunk -> meet(both));
        Thread.sleep(2);
      }
    }
  }

  @Test
  void returnsAfterTheSlowestChunk() {
    try (WorkerPool pool = new WorkerPool(2)) {
      AtomicInteger done = new AtomicInteger();
      CountDownLatch both = new CountDownLatch(2);
      pool.run(
          2,
          chunk -> {
            meet(both);
            if (Thread.currentThread().getName().startsWith("hanok-worker")) {
              sleep(20);
            }
            done.incrementAndGet();
          });
      assertThat(done).hasValue(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "hanok-worker-1"})
  void whatAThreadThrowsSurfacesInTheCaller(String thrower) {
    try (WorkerPool pool = new WorkerPool(2)) {
      Thread caller = Thread.currentThread();
      CountDownLatch both = new CountDownLatch(2);
      WorkerPool.Task failing =
          chunk -> {
            meet(both);
            if ((Thread.currentThread() == caller) == thrower.equals("main")) {
              throw new IllegalArgumentException("from " + thrower);
            }
          };
      assertThatThrownBy(() -> pool.run(2, failing))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("from " + thrower);
      AtomicInteger runs = new AtomicInteger();
      pool.run(100, chunk -> runs.incrementAndGet());
      assertThat(runs).as("chunks of the next task").hasValue(100);
    }
  }

  @Test
  void anErrorSurfacesAsItself() {
    try (WorkerPool pool = new WorkerPool(1)) {
      assertThatThrownBy(() ->
              pool.run(
                  1,
                  chunk -> {
                    throw new StackOverflowError("deep");
                  }))
          .isInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void secondCallerWaitsForTheFirst() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(2)) {
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger overlaps = new AtomicInteger();
      AtomicIntegerArray runs = new AtomicIntegerArray(2);
      Thread[] callers = new Thread[2];
      for (int c = 0; c < 2; c++) {
        int id = c;
        callers[c] =
            Thread.ofPlatform()
                .start(() -> {
                  for (int dispatch = 0; dispatch < 500; dispatch++) {
                    pool.run(
                        5,
                        chunk -> {
                          // Each caller adds its own power: both at once give a mixed sum.
                          int sum = inside.addAndGet(id == 0 ? 1 : 1000);
                          if (sum > 10 && sum % 1000 != 0) {
                            overlaps.incrementAndGet();
                          }
                          runs.incrementAndGet(id);
                          inside.addAndGet(id == 0 ? -1 : -1000);
                        });
                  }
                });
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(overlaps).hasValue(0);
      assertThat(runs.get(0)).isEqualTo(2500);
      assertThat(runs.get(1)).isEqualTo(2500);
    }
  }

  @Test
  void refusesATaskWithinATask() {
    try (WorkerPool pool = new WorkerPool(2)) {
      Set<String> refusedIn = ConcurrentHashMap.newKeySet();
      CountDownLatch both = new CountDownLatch(2);
      pool.run(
          2,
          chunk -> {
            meet(both);
            assertThatThrownBy(() -> pool.run(1, inner -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("may not run another");
            refusedIn.add(Thread.currentThread().getName());
          });
      assertThat(refusedIn).hasSize(2);
    }
  }

  @Test
  void closingEndsTheThreadsAndRefusesWork() {
    WorkerPool pool = new WorkerPool(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    pool.run(
        3,
        chunk -> {
          meet(all);
          threads.add(Thread.currentThread());
        });
    threads.remove(Thread.currentThread());
    assertThat(threads).hasSize(2).allMatch(Thread::isDaemon);
    pool.close();
    assertThat(threads).noneMatch(Thread::isAlive);
    assertThatThrownBy(() -> pool.run(1, chunk -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatCode(pool::close).doesNotThrowAnyException();
  }

  @Test
  void refusesNoThreadsAndNegativeChunks() {
    assertThatThrownBy(() -> new WorkerPool(0)).isInstanceOf(IllegalArgumentException.class);
    try (WorkerPool pool = new WorkerPool(1)) {
      assertThatThrownBy(() -> pool.run(-1, chunk -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aDispatchAllocatesNothing() {
    try (WorkerPool pool = new WorkerPool(2)) {
      AtomicInteger runs = new AtomicInteger();
      WorkerPool.Task task = chunk -> runs.incrementAndGet();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      for (int i = 0; i < 2000; i++) {
        pool.run(8, task);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        pool.run(8, task);
      }
      // Waiting in line for the lock may allocate a node; a dispatch may not.
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
    }
  }

  private static void meet(CountDownLatch latch) {
    latch.countDown();
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
