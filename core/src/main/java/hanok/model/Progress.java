package hanok.model;

/** Told how far a long write has come. */
@FunctionalInterface
public interface Progress {
  Progress NONE = (bytesDone, bytesTotal) -> {};

  /** Called often, from the writing thread; {@code bytesTotal} never changes. */
  void report(long bytesDone, long bytesTotal);
}
