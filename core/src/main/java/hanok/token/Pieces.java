package hanok.token;

import java.util.concurrent.CountDownLatch;

/**
 * Encodes pieces with some merges: at once by {@link Bpe}, whose table is soon made, and a tenth of
 * a second later by {@link Backtracking}, whose tables another thread makes meanwhile. Both give
 * the same ids, so nobody who wants to encode a prompt waits for the fast one. Thread-safe.
 */
final class Pieces {
  private final CountDownLatch made = new CountDownLatch(1);
  private volatile PieceEncoder encoder;

  Pieces(Merges merges, int vocab) {
    encoder = new Bpe(merges);
    Thread.ofPlatform().daemon().name("tables of the tokenizer").start(() -> make(merges, vocab));
  }

  private void make(Merges merges, int vocab) {
    try {
      CharClass.prepare(); // whoever encodes will want it in a moment
      Backtracking fast = Backtracking.of(merges, vocab);
      encoder = fast == null ? encoder : fast;
    } finally {
      made.countDown(); // whatever happens, there is an encoder that is right
    }
  }

  /** The best that there is by now. */
  PieceEncoder now() {
    return encoder;
  }

  /** The fastest that is right for these merges, which is waited for. */
  PieceEncoder best() {
    boolean interrupted = false;
    while (made.getCount() > 0) {
      try {
        made.await();
      } catch (InterruptedException e) {
        interrupted = true; // for the caller to see later: this does not take long
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return encoder;
  }
}
