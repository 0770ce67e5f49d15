package hanok.constrain;

import java.util.Map;

/** Patterns of the values of {@code format} that have a short one. Others are annotations. */
final class Formats {
  private static final String DATE = "\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])";
  private static final String TIME =
      "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
  private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

  private static final Map<String, String> PATTERNS =
      Map.of(
          "date", "^" + DATE + "$",
          "time", "^" + TIME + "$",
          "date-time", "^" + DATE + "T" + TIME + "$",
          "uuid", "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
          "ipv4", "^" + BYTE + "(\\." + BYTE + "){3}$",
          "email",
              "^[a-z0-9_+-]{1,30}(\\.[a-z0-9_+-]{1,30}){0,3}@"
                  + "[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,3}(\\.[a-z]{2,10}){1,3}$");

  private Formats() {}

  /** The pattern of a format; empty if it has none here. */
  static String pattern(String format) {
    return PATTERNS.getOrDefault(format, "");
  }
}
