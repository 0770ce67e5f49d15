package hanok.constrain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Keeps what was used last, as long as all of it weighs no more than a limit. Thread-safe. */
final class WeighedCache<K, V> {
  private final long limit;
  private final ToLongFunction<V> weigher;
  private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  WeighedCache(long limit, ToLongFunction<V> weigher) {
    this.limit = limit;
    this.weigher = weigher;
  }

  synchronized @Nullable V find(K key) {
    return values.get(key);
  }

  /** Keeps a value, or finds that another thread has been faster. */
  synchronized V keep(K key, V value) {
    V known = values.get(key);
    if (known != null) {
      return known;
    }
    values.put(key, value);
    weight += weigher.applyAsLong(value);
    var oldest = values.entrySet().iterator();
    while (weight > limit && values.size() > 1) {
      weight -= weigher.applyAsLong(oldest.next().getValue());
      oldest.remove();
    }
    return value;
  }
}
