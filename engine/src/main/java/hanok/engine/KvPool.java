package hanok.engine;

import hanok.model.ModelConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The blocks of keys and values of all sequences of a model. A block has as many holders as
 * sequences that it is part of, and is changed only while it has one: whoever wants to write into a
 * shared block takes a copy. Blocks that nobody holds are used again.
 *
 * <p>Sequences that have ended stay for as long as {@code keptBytes} allow, the least recently used
 * going first, so that a conversation's next turn, or another one with the same system prompt,
 * begins where they agree. All methods are safe for use by many threads.
 */
final class KvPool {
  private final KvType type;
  private final int layers;
  private final int numbers; // of keys, and of values, in a page
  private final long keptBytes;
  private final Deque<KvBlock> free = new ArrayDeque<>();
  private final Deque<Kept> kept = new ArrayDeque<>(); // the most recently used first
  private final Set<Session> live = Collections.newSetFromMap(new WeakHashMap<>());
  private final long blockBytes;
  private int keptBlocks;

  /** A sequence that has ended. */
  private record Kept(int[] tokens, List<KvBlock> blocks) {}

  KvPool(ModelConfig config, KvType type, long keptBytes) {
    this.type = type;
    this.keptBytes = keptBytes;
    layers = config.layers();
    numbers = config.kvHeads() * KvCache.PAGE * KvCache.width(config);
    blockBytes = 2L * layers * type.bytes(numbers);
  }

  /** Tells of a sequence whose tokens others may share while it goes on. */
  synchronized void open(Session session) {
    live.add(session);
  }

  /** A block with one holder. What it holds is undefined. */
  synchronized KvBlock take() {
    KvBlock block = free.poll();
    if (block == null) {
      block = new KvBlock(pages(), pages());
    }
    block.holders = 1;
    return block;
  }

  private KvPage[] pages() {
    KvPage[] pages = new KvPage[layers];
    Arrays.setAll(pages, layer -> KvPage.of(type, numbers));
    return pages;
  }

  /** One holder more. */
  synchronized KvBlock hold(KvBlock block) {
    block.holders++;
    return block;
  }

  /** One holder less. */
  synchronized void release(KvBlock block) {
    if (--block.holders == 0) {
      free.push(block);
    }
  }

  /** The same block if nobody else holds it, a copy if somebody does. */
  synchronized KvBlock own(KvBlock block) {
    if (block.holders == 1) {
      return block;
    }
    KvBlock copy = take();
    copy.copyFrom(block);
    release(block);
    return copy;
  }

  /**
   * Lets a cache begin with what any sequence of the model has in common with some tokens.
   *
   * @param atLeast fewer tokens than these, or as many, are of no use
   * @return how many tokens the cache now begins with; 0 if it was left as it is
   */
  synchronized int share(int[] ids, int most, int atLeast, KvCache cache) {
    int best = atLeast;
    List<KvBlock> blocks = List.of();
    for (Session session : live) {
      int common = Math.min(most, session.commonPrefix(ids));
      if (common > best) {
        best = common;
        blocks = session.blocks();
      }
    }
    Kept used = null;
    for (Kept candidate : kept) {
      int common = commonPrefix(ids, most, candidate.tokens);
      if (common > best) {
        best = common;
        blocks = candidate.blocks;
        used = candidate;
      }
    }
    if (used != null && kept.remove(used)) {
      kept.addFirst(used);
    }
    if (blocks.isEmpty()) {
      return 0;
    }
    cache.replace(List.copyOf(blocks.subList(0, Math.ceilDiv(best, KvCache.PAGE))));
    return best;
  }

  private static int commonPrefix(int[] ids, int most, int[] tokens) {
    int mismatch = Arrays.mismatch(ids, 0, most, tokens, 0, tokens.length);
    return mismatch < 0 ? most : mismatch;
  }

  /** Ends a sequence: its blocks, which the caller held, are kept as far as there is room. */
  synchronized void close(Session session, int[] tokens, List<KvBlock> blocks) {
    live.remove(session);
    for (Iterator<Kept> others = kept.iterator(); others.hasNext(); ) {
      Kept other = others.next();
      if (commonPrefix(tokens, tokens.length, other.tokens) == other.tokens.length) {
        others.remove(); // it says nothing that the new one does not
        drop(other);
      }
    }
    kept.addFirst(new Kept(tokens, new ArrayList<>(blocks)));
    keptBlocks += blocks.size();
    while (!kept.isEmpty() && keptBlocks * blockBytes > keptBytes) {
      drop(kept.removeLast());
    }
  }

  private void drop(Kept sequence) {
    keptBlocks -= sequence.blocks.size();
    sequence.blocks.forEach(this::release);
    while (free.size() > 1) {
      free.removeLast(); // to the garbage collector
    }
  }
}
