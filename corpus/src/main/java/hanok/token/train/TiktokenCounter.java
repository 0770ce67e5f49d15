package hanok.token.train;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import hanok.gguf.MalformedModelException;
import hanok.token.PieceScanner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of tiktoken's ranks, with one of Hanok's rules for pieces, since the file says none: a
 * piece that is a token is that token, and in others the neighbours that make the token of the
 * lowest rank merge first.
 */
final class TiktokenCounter implements TokenCounter {
  private static final byte[] NO_BYTES = {};

  private final String name;
  private final byte[] @Nullable [] tokens;
  private final Map<String, Integer> ids = new HashMap<>();
  private final int[] ofByte = new int[256];
  private final PieceScanner scanner;
  private final RankEncoder merges;

  TiktokenCounter(Path file, String name, String rule) {
    this.name = name;
    scanner = new PieceScanner(rule, List.of());
    tokens = TiktokenFile.read(file);
    for (int id = 0; id < tokens.length; id++) {
      byte[] token = tokens[id];
      if (token != null) {
        ids.put(key(token, 0, token.length), id);
      }
    }
    for (int b = 0; b < 256; b++) {
      Integer id = ids.get(String.valueOf((char) b));
      if (id == null) {
        throw new MalformedModelException(
            file, MalformedModelException.NOWHERE, "has no token for the byte 0x%02X".formatted(b));
      }
      ofByte[b] = id;
    }
    merges = RankEncoder.byResult(merges());
  }

  private static String key(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  /** Every way to make a token of two others. */
  private List<Lexicon.Merge> merges() {
    List<Lexicon.Merge> found = new ArrayList<>();
    for (int id = 0; id < tokens.length; id++) {
      byte[] token = tokens[id];
      for (int cut = 1; token != null && cut < token.length; cut++) {
        Integer left = ids.get(key(token, 0, cut));
        Integer right = left == null ? null : ids.get(key(token, cut, token.length));
        if (left != null && right != null) {
          found.add(new Lexicon.Merge(left, right, id));
        }
      }
    }
    return found;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int vocab() {
    return tokens.length;
  }

  @Override
  public byte[] bytes(int id) {
    byte[] token = tokens[id];
    return token == null ? NO_BYTES : token.clone();
  }

  @Override
  public int[] encode(String text) {
    byte[] utf8 = PieceScanner.utf8(text);
    int[] found = new int[utf8.length];
    int[] size = {0};
    scanner.scan(utf8, (source, from, to) -> size[0] = piece(source, from, to, found, size[0]));
    return Arrays.copyOf(found, size[0]);
  }

  private int piece(byte[] utf8, int from, int to, int[] found, int size) {
    Integer whole = ids.get(key(utf8, from, to));
    if (whole != null) {
      found[size] = whole;
      return size + 1;
    }
    for (int i = from; i < to; i++) {
      found[size + i - from] = ofByte[utf8[i] & 0xFF];
    }
    return size + merges.encode(found, size, to - from, new long[to - from]);
  }
}
