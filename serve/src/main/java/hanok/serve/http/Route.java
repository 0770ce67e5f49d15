package hanok.serve.http;

/**
 * Where requests go.
 *
 * @param method such as {@code GET}, which answers {@code HEAD} too
 * @param path as it stands; or, if it ends with a slash and is not the root, the beginning of paths
 *     whose end is an argument
 * @param manages whether it changes what models there are
 */
public record Route(String method, String path, boolean manages, Endpoint endpoint) {
  public static Route get(String path, Endpoint endpoint) {
    return new Route("GET", path, false, endpoint);
  }

  public static Route post(String path, Endpoint endpoint) {
    return new Route("POST", path, false, endpoint);
  }

  /** A route that changes what models there are. */
  public static Route manage(String method, String path, Endpoint endpoint) {
    return new Route(method, path, true, endpoint);
  }

  boolean takesArgument() {
    return path.length() > 1 && path.endsWith("/");
  }

  /** Whether a path leads here. */
  public boolean matches(String requested) {
    return takesArgument()
        ? requested.startsWith(path) && requested.length() > path.length()
        : requested.equals(path);
  }

  /** What a path that leads here says beyond the route; empty if it takes no argument. */
  public String argument(String requested) {
    return takesArgument() ? requested.substring(path.length()) : "";
  }
}
