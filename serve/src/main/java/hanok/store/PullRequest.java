package hanok.store;

/**
 * What to pull.
 *
 * @param insecure whether plain HTTP is good enough; without it, only for a registry on this
 *     machine. Registries that are known to speak TLS are always asked so
 * @param acceptLicence whether whoever asks accepts the model's licence with that
 */
public record PullRequest(ModelName name, boolean insecure, boolean acceptLicence) {
  public static PullRequest of(ModelName name) {
    return new PullRequest(name, false, false);
  }

  public PullRequest withAcceptedLicence() {
    return new PullRequest(name, insecure, true);
  }
}
