package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgufFile;
import hanok.gguf.GgufValue;
import hanok.gguf.MalformedModelException;
import hanok.gguf.Metadata;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Text to token ids and back: byte-level byte-pair encoding, as EXAONE, GPT-2, Llama 3 and Qwen 2
 * have it. Immutable and thread-safe.
 *
 * <p>A text passes four stages. It is normalised, if the vocabulary wants that. User-defined tokens
 * (runs of spaces in EXAONE's vocabulary), and control tokens where they are allowed, are taken out
 * as they stand. What is between them is cut into pieces by a {@link PreTokenizer}. Each piece is
 * encoded by {@link Backtracking}, or by {@link Bpe} where merges are out of order. See
 * docs/tokenizer.md.
 */
public final class Tokenizer {
  private final Definition definition;
  private final Vocabulary vocabulary;
  private final Encoder encoder;

  Tokenizer(Definition definition) {
    this.definition = definition;
    vocabulary = definition.vocabulary();
    encoder = new Encoder(definition);
  }

  /**
   * The tokenizer that a GGUF file describes.
   *
   * @throws MalformedModelException if it is of another kind, or its parts do not fit together
   */
  public static Tokenizer of(Metadata metadata) {
    return new Tokenizer(GgufTokenizer.read(metadata));
  }

  /**
   * The tokenizer of a GGUF file, of a Hugging Face {@code tokenizer.json}, or of a folder that
   * holds one.
   *
   * @throws MalformedModelException if the file does not describe one that Hanok knows
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static Tokenizer load(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    if (file.getFileName().toString().endsWith(".json")) {
      return new Tokenizer(TokenizerJson.read(file));
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      return of(gguf.metadata());
    }
  }

  /** How many ids there are; they are {@code [0, vocab)}. */
  public int vocab() {
    return vocabulary.size();
  }

  /** Encodes ordinary text: control tokens never arise, whatever it spells. */
  public int[] encode(CharSequence text) {
    return encode(text, EncodeOptions.TEXT);
  }

  public int[] encode(CharSequence text, EncodeOptions options) {
    IdBuffer ids = new IdBuffer();
    if (options.addBos() && bos().isPresent()) {
      ids.add(bos().getAsInt());
    }
    byte[] utf8 = Utf8.encode(text);
    Provenance provenance = Provenance.all(options.parseSpecial());
    encoder.encode(utf8, 0, utf8.length, provenance, nfc(options), ids, new Scratch(null));
    return ids.toArray();
  }

  private boolean nfc(EncodeOptions options) {
    return switch (options.normalization()) {
      case AUTO -> definition.nfc();
      case NONE -> false;
      case NFC -> true;
    };
  }

  /** Encodes many texts with the same options, faster than one by one; for one thread. */
  public BulkEncoder bulk(EncodeOptions options) {
    int first = options.addBos() ? bos().orElse(-1) : -1;
    Provenance provenance = Provenance.all(options.parseSpecial());
    Scratch scratch = new Scratch(encoder.newCache());
    return new BulkEncoder(encoder, provenance, nfc(options), first, scratch);
  }

  /** Encodes a prompt: control tokens arise only where its template says them. */
  public int[] encode(Prompt prompt) {
    IdBuffer ids = new IdBuffer();
    if (addsBos() && bos().isPresent()) {
      ids.add(bos().getAsInt());
    }
    Provenance provenance = Provenance.of(prompt, definition.nfc(), encoder);
    byte[] utf8 = provenance.bytes();
    encoder.encode(utf8, 0, utf8.length, provenance, false, ids, new Scratch(null));
    return ids.toArray();
  }

  /** Encodes ordinary text and says where in it each token stands. */
  public Encoding encodeWithOffsets(CharSequence text) {
    return Offsets.encode(text.toString(), definition.nfc(), encoder, vocabulary);
  }

  /** The text of the ids, exactly; bytes that are no UTF-8 become U+FFFD. */
  public String decode(int... ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * ids.length);
    for (int id : ids) {
      vocabulary.write(checked(id), bytes);
    }
    return bytes.toString(UTF_8);
  }

  /** A decoder for ids that come one by one, which ends at the first of the stop strings. */
  public StreamDecoder stream(List<String> stopStrings) {
    return new StreamDecoder(this, stopStrings);
  }

  /** The bytes that a token stands for; they need not be whole characters. */
  public byte[] bytes(int id) {
    return vocabulary.bytes(checked(id));
  }

  /** How many bytes a token stands for. */
  public int byteLength(int id) {
    return vocabulary.length(checked(id));
  }

  /** A token for display; bytes that are no UTF-8 become U+FFFD. */
  public String text(int id) {
    return new String(vocabulary.bytes(checked(id)), UTF_8);
  }

  /** The id of a token as it is spelt in the vocabulary. */
  public OptionalInt id(String token) {
    return vocabulary.id(token);
  }

  /** Whether a token steers the model, and is no part of the text. */
  public boolean isControl(int id) {
    return vocabulary.type(checked(id)) == Vocabulary.Type.CONTROL;
  }

  /** The token of the beginning of a text. */
  public OptionalInt bos() {
    return definition.bos();
  }

  /** The token that ends an answer. */
  public OptionalInt eos() {
    return definition.eos();
  }

  /** Whether a prompt begins with {@link #bos}. */
  public boolean addsBos() {
    return definition.addsBos();
  }

  /** Whether a token ends an answer: {@link #eos}, or one that is known to by its name. */
  public boolean isEndOfGeneration(int id) {
    return definition.endOfGeneration().contains(checked(id));
  }

  /** The {@code tokenizer.ggml.*} keys that describe this tokenizer in a GGUF file. */
  public SequencedMap<String, GgufValue> ggufMetadata() {
    return GgufTokenizer.write(definition);
  }

  private int checked(int id) {
    if (id < 0 || id >= vocabulary.size()) {
      throw new IllegalArgumentException(
          "token id %d is outside the vocabulary of %d".formatted(id, vocabulary.size()));
    }
    return id;
  }
}
