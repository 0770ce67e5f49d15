package hanok.engine;

/** Why an answer ended. */
public enum FinishReason {
  /** The model said so, or a stop string appeared. */
  STOP,
  /** The limit on tokens, or the end of the context. */
  LENGTH,
  /** Somebody asked for it. */
  CANCELLED
}
