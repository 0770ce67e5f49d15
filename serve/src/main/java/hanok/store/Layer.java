package hanok.store;

/**
 * One entry of a manifest.
 *
 * @param size in bytes
 */
record Layer(String mediaType, Digest digest, long size) {
  private static final String PREFIX = "application/vnd.ollama.image.";
  static final String CONFIG = "application/vnd.docker.container.image.v1+json";
  static final String MODEL = PREFIX + "model";
  static final String ADAPTER = PREFIX + "adapter";
  static final String TEMPLATE = PREFIX + "template";
  static final String SYSTEM = PREFIX + "system";
  static final String PARAMS = PREFIX + "params";
  static final String MESSAGES = PREFIX + "messages";
  static final String LICENSE = PREFIX + "license";

  boolean is(String type) {
    return mediaType.equals(type);
  }
}
