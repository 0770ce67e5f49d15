package hanok.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Which parts of a text may become control tokens, and where it must be cut so that a marker which
 * a person has typed does not get the ids of a genuine one.
 */
final class Provenance {
  private static final Provenance NOTHING = new Provenance(new byte[0], new int[0]);
  private static final Provenance EVERYTHING = new Provenance(new byte[0], new int[0]);

  private final byte[] bytes;
  private final int[] controlEnds; // [bytes]: end of the template's span that a byte is in, or 0
  private final TreeSet<Integer> cuts = new TreeSet<>();

  private Provenance(byte[] bytes, int[] controlEnds) {
    this.bytes = bytes;
    this.controlEnds = controlEnds;
  }

  /** A text that may, or may not, spell control tokens anywhere. */
  static Provenance all(boolean control) {
    return control ? EVERYTHING : NOTHING;
  }

  static Provenance of(Prompt prompt, boolean nfc, Encoder encoder) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    int[] ends = new int[prompt.spans().size()];
    for (int i = 0; i < ends.length; i++) {
      String text = prompt.spans().get(i).text();
      // Each span by itself, so that nobody's combining mark changes a character of the template.
      joined.writeBytes(Utf8.encode(nfc ? Normalization.nfc(text) : text));
      ends[i] = joined.size();
    }
    int[] controlEnds = new int[joined.size()];
    for (int i = 0; i < ends.length; i++) {
      int start = i == 0 ? 0 : ends[i - 1];
      Arrays.fill(controlEnds, start, ends[i], prompt.spans().get(i).template() ? ends[i] : 0);
    }
    Provenance provenance = new Provenance(joined.toByteArray(), controlEnds);
    provenance.cutForgedMarkers(prompt.markers(), encoder);
    return provenance;
  }

  /** The text of the prompt. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Where a control token that begins at {@code at} must end at the latest; 0 if none may begin.
   */
  int controlEnd(int at) {
    if (this == EVERYTHING) {
      return Integer.MAX_VALUE;
    }
    return this == NOTHING ? 0 : controlEnds[at];
  }

  /** Whether no control token may arise anywhere, and no token is cut. */
  boolean isOrdinaryText() {
    return this == NOTHING;
  }

  /** Whether there are places that no token may span. */
  boolean isCut() {
    return !cuts.isEmpty();
  }

  /** The first place after {@code at} that no token may span, or the largest integer. */
  int nextCut(int at) {
    Integer cut = cuts.isEmpty() ? null : cuts.higher(at);
    return cut == null ? Integer.MAX_VALUE : cut;
  }

  private void cutForgedMarkers(List<String> markers, Encoder encoder) {
    for (String marker : markers) {
      byte[] needle = marker.getBytes(StandardCharsets.UTF_8);
      int cut = -1;
      for (int at = indexOf(needle, 0); at >= 0; at = indexOf(needle, at + 1)) {
        if (controlEnds[at] >= at + needle.length) {
          continue; // the template's own
        }
        if (cut < 0) {
          cut = effectiveCut(needle, encoder);
        }
        cuts.add(at + cut);
      }
    }
  }

  /** A place inside of a marker where a cut changes its ids: the first there is. */
  private static int effectiveCut(byte[] marker, Encoder encoder) {
    int[] genuine = encode(marker, 0, encoder);
    for (int cut = 1; cut < marker.length; cut++) {
      if (!Arrays.equals(encode(marker, cut, encoder), genuine)) {
        return cut;
      }
    }
    // Every byte is a token of its own; there is no other way to write it.
    return marker.length;
  }

  private static int[] encode(byte[] marker, int cut, Encoder encoder) {
    Provenance provenance = new Provenance(marker, new int[marker.length]);
    if (cut > 0) {
      provenance.cuts.add(cut);
    }
    IdBuffer ids = new IdBuffer();
    encoder.encode(marker, 0, marker.length, provenance, false, ids, new Scratch(null));
    return ids.toArray();
  }

  private int indexOf(byte[] needle, int from) {
    for (int at = from; at + needle.length <= bytes.length; at++) {
      if (bytes[at] == needle[0]
          && Arrays.equals(bytes, at, at + needle.length, needle, 0, needle.length)) {
        return at;
      }
    }
    return -1;
  }
}
