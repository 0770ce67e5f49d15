package hanok.store;

/**
 * How far a pull or a create has come, in Ollama's words: {@code pulling manifest}, {@code pulling
 * 0123456789ab}, {@code verifying sha256 digest}, {@code writing manifest}, {@code success}.
 *
 * @param digest {@code sha256:…} of what is counted, or "" where nothing is
 * @param total bytes; 0 where nothing is counted
 * @param completed bytes; never goes back
 */
public record PullProgress(String status, String digest, long total, long completed) {
  static PullProgress of(String status) {
    return new PullProgress(status, "", 0, 0);
  }

  static PullProgress pulling(Layer layer, long completed) {
    return new PullProgress(
        "pulling " + layer.digest().abbreviated(),
        layer.digest().toString(),
        layer.size(),
        completed);
  }
}
