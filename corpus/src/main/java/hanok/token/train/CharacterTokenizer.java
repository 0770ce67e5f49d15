package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.MalformedModelException;
import hanok.token.PieceScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * BPE of characters with byte fallback, as {@link Algorithm#BPE} trains it and its {@code
 * tokenizer.json} says it: enough of an encoder to count tokens. Control tokens never arise.
 * Immutable and thread-safe.
 */
public final class CharacterTokenizer implements TokenCounter {
  private final String name;
  private final String[] tokens;
  private final byte[][] bytes;
  private final Map<Integer, Integer> characters = new HashMap<>();
  private final int[] fallback = new int[256];
  private final Map<String, Integer> literals = new HashMap<>();
  private final int literalLengthMax;
  private final PieceScanner scanner;
  private final RankEncoder merges;

  private CharacterTokenizer(Path file, String name, JsonNode root) {
    this.name = name;
    JsonNode model = root.path("model");
    JsonNode vocab = model.path("vocab");
    tokens = new String[vocab.size()];
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      int id = entry.getValue().asInt(-1);
      if (id < 0 || id >= tokens.length || tokens[id] != null) {
        throw malformed(file, "token \"%s\" has id %s".formatted(entry.getKey(), entry.getValue()));
      }
      tokens[id] = entry.getKey();
    }
    bytes = new byte[tokens.length][];
    spell(file, vocab);
    for (JsonNode added : root.path("added_tokens")) {
      if (!added.path("special").asBoolean(false)) {
        literals.put(added.path("content").asString(""), added.path("id").asInt(-1));
      }
    }
    literalLengthMax = literals.keySet().stream().mapToInt(String::length).max().orElse(0);
    scanner = new PieceScanner(rule(file, root.path("pre_tokenizer")), literals.keySet());
    merges = new RankEncoder(merges(file, model.path("merges"), vocab));
  }

  /** Whether a {@code tokenizer.json} is for this class: BPE with byte fallback. */
  public static boolean isFor(Path file) {
    JsonNode model = parse(file).path("model");
    return model.path("type").asString("").equals("BPE")
        && model.path("byte_fallback").asBoolean(false);
  }

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws MalformedModelException if it is not one that Hanok has trained with characters
   * @throws UncheckedIOException if it cannot be read
   */
  public static CharacterTokenizer load(Path file, String name) {
    return new CharacterTokenizer(file, name, parse(file));
  }

  private static JsonNode parse(Path file) {
    try {
      return JsonMapper.shared().readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw malformed(file, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void spell(Path file, JsonNode vocab) {
    for (int b = 0; b < 256; b++) {
      fallback[b] = vocab.path("<0x%02X>".formatted(b)).asInt(-1);
      if (fallback[b] < 0) {
        throw malformed(file, "the vocabulary has no token for the byte 0x%02X".formatted(b));
      }
      bytes[fallback[b]] = new byte[] {(byte) b};
    }
    for (int id = 0; id < tokens.length; id++) {
      String token = tokens[id];
      if (bytes[id] == null) {
        bytes[id] = token.getBytes(UTF_8);
        if (!token.isEmpty() && token.codePointCount(0, token.length()) == 1) {
          characters.put(token.codePointAt(0), id);
        }
      }
    }
  }

  private static String rule(Path file, JsonNode preTokenizer) {
    boolean digits = false;
    boolean split = false;
    for (JsonNode step : preTokenizer.path("pretokenizers")) {
      String type = step.path("type").asString("");
      digits |= type.equals("Digits");
      split |= step.path("pattern").path("Regex").asString("").equals(TokenizerJsonWriter.GPT2);
    }
    if (!split) {
      throw malformed(file, "its pre_tokenizer is not one that Hanok trains characters with");
    }
    return digits ? "exaone" : "gpt-2";
  }

  private static List<Lexicon.Merge> merges(Path file, JsonNode merges, JsonNode vocab) {
    List<Lexicon.Merge> learned = new ArrayList<>();
    for (JsonNode merge : merges) {
      String left = merge.path(0).asString("");
      String right = merge.path(1).asString("");
      int a = vocab.path(left).asInt(-1);
      int b = vocab.path(right).asInt(-1);
      int result = vocab.path(left + right).asInt(-1);
      if (a < 0 || b < 0 || result < 0) {
        throw malformed(
            file, "merge %d, %s, is not of the vocabulary".formatted(learned.size(), merge));
      }
      learned.add(new Lexicon.Merge(a, b, result));
    }
    return learned;
  }

  private static MalformedModelException malformed(Path file, String reason) {
    return new MalformedModelException(file, MalformedModelException.NOWHERE, reason);
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
    return bytes[id].clone();
  }

  @Override
  public int[] encode(String text) {
    Ids ids = new Ids();
    byte[] utf8 = PieceScanner.utf8(text);
    int[] done = {0};
    scanner.scan(
        utf8,
        (source, from, to) -> {
          literal(source, done[0], from, ids);
          piece(new String(source, from, to - from, UTF_8), ids);
          done[0] = to;
        });
    literal(utf8, done[0], utf8.length, ids);
    return Arrays.copyOf(ids.array, ids.size);
  }

  /** What the scanner left out: literal tokens, the longest first. */
  private void literal(byte[] utf8, int from, int to, Ids ids) {
    String text = new String(utf8, from, to - from, UTF_8);
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + literalLengthMax);
      while (!literals.containsKey(text.substring(at, end))) {
        end--;
      }
      ids.add(Objects.requireNonNull(literals.get(text.substring(at, end))));
      at = end;
    }
  }

  private void piece(String piece, Ids ids) {
    int start = ids.size;
    int[] points = piece.codePoints().toArray();
    for (int point : points) {
      Integer id = characters.get(point);
      if (id != null) {
        ids.add(id);
      } else {
        for (byte b : Character.toString(point).getBytes(UTF_8)) {
          ids.add(fallback[b & 0xFF]);
        }
      }
    }
    int size = ids.size - start;
    ids.size = start + merges.encode(ids.array, start, size, new long[size]);
  }

  private static final class Ids {
    private int[] array = new int[256];
    private int size;

    void add(int id) {
      if (size == array.length) {
        array = Arrays.copyOf(array, 2 * size);
      }
      array[size++] = id;
    }
  }
}
