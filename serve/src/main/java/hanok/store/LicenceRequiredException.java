package hanok.store;

/** A licence must be accepted before the model may be downloaded. */
public final class LicenceRequiredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String model;
  private final transient Licence licence;

  LicenceRequiredException(Licence licence, String model) {
    super("%s is under the %s, which must be accepted first".formatted(model, licence.title()));
    this.licence = licence;
    this.model = model;
  }

  public Licence licence() {
    return licence;
  }

  /** The name that was asked for. */
  public String model() {
    return model;
  }
}
