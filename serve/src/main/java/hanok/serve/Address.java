package hanok.serve;

import java.util.Locale;
import java.util.regex.Pattern;

/** A host as it stands in a {@code Host} header or an origin, without its port. */
record Address(String name) {
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");

  /** Takes the port off {@code name:port} or {@code [address]:port}. */
  static Address ofHeader(String header) {
    String text = header.toLowerCase(Locale.ROOT).strip();
    int colon = text.lastIndexOf(':');
    boolean port =
        colon > text.lastIndexOf(']') && text.indexOf(':') == colon || text.contains("]:");
    return new Address(port ? text.substring(0, colon) : text);
  }

  /** Whether it can only be this machine. */
  boolean isLoopback() {
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("[::1]")
        || name.equals("::1")
        || isIpv4() && name.startsWith("127.");
  }

  /** Whether it is a number, which no name service can point elsewhere. */
  boolean isNumber() {
    return isIpv4() || IPV6.matcher(name).matches();
  }

  private boolean isIpv4() {
    return IPV4.matcher(name).matches();
  }
}
