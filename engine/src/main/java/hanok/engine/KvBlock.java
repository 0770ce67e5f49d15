package hanok.engine;

/**
 * The keys and values of {@link KvCache#PAGE} positions in all layers. Blocks are shared by
 * sequences that begin with the same tokens; {@link KvPool} counts how many hold one.
 */
final class KvBlock {
  final KvPage[] keys; // [layer]
  final KvPage[] values;

  /** Guarded by the pool. */
  int holders;

  KvBlock(KvPage[] keys, KvPage[] values) {
    this.keys = keys;
    this.values = values;
  }

  /** Takes over what another block holds. */
  void copyFrom(KvBlock other) {
    for (int layer = 0; layer < keys.length; layer++) {
      keys[layer].copyFrom(other.keys[layer]);
      values[layer].copyFrom(other.values[layer]);
    }
  }
}
