package hanok.store;

import java.util.Set;

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

  /** The longest licence or template. */
  static final int TEXT_BYTES_MAX = 4 << 20;

  private static final Set<String> TEXTS =
      Set.of(CONFIG, TEMPLATE, SYSTEM, PARAMS, MESSAGES, LICENSE);

  boolean is(String type) {
    return mediaType.equals(type);
  }

  /**
   * Passes unless it is a text that is too long to be one, which is not worth fetching.
   *
   * @throws IntegrityException if it is
   */
  void refuseHugeText() {
    if (TEXTS.contains(mediaType) && size > TEXT_BYTES_MAX) {
      throw new IntegrityException(
          "the manifest has a %s of %d bytes; %d are possible"
              .formatted(mediaType, size, TEXT_BYTES_MAX));
    }
  }
}
