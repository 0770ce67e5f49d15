package hanok.token;

import hanok.gguf.GgufValue;
import hanok.gguf.Metadata;
import hanok.gguf.StringTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** Tokenizers as the {@code tokenizer.ggml.*} keys of GGUF files describe them. */
final class GgufTokenizer {
  private static final String PREFIX = "tokenizer.ggml.";

  private GgufTokenizer() {}

  static Definition read(Metadata metadata) {
    String model = metadata.string(PREFIX + "model");
    if (!model.equals("gpt2")) {
      throw metadata.malformed(
          PREFIX + "model",
          "\"%s\"; Hanok reads byte-level BPE, which is \"gpt2\"".formatted(model));
    }
    String pre = metadata.string(PREFIX + "pre", "default");
    PreTokenizer rule =
        PreTokenizer.named(pre)
            .orElseThrow(
                () -> metadata.malformed(PREFIX + "pre", "\"" + pre + "\" is not known to Hanok"));
    Vocabulary vocabulary = vocabulary(metadata);
    StringTable merges = metadata.strings(PREFIX + "merges");
    Merges read =
        Merges.read(merges, vocabulary, reason -> metadata.malformed(PREFIX + "merges", reason));
    OptionalInt eos = id(metadata, "eos_token_id", vocabulary);
    boolean llama3 = rule == PreTokenizer.LLAMA3;
    return new Definition(
        vocabulary,
        merges,
        new Pieces(read, vocabulary.size()),
        rule,
        llama3,
        false,
        id(metadata, "bos_token_id", vocabulary),
        eos,
        id(metadata, "unknown_token_id", vocabulary),
        id(metadata, "padding_token_id", vocabulary),
        metadata.flag(PREFIX + "add_bos_token", llama3),
        Definition.endOfGeneration(vocabulary, eos, id(metadata, "eot_token_id", vocabulary)));
  }

  static SequencedMap<String, GgufValue> write(Definition definition) {
    Vocabulary vocabulary = definition.vocabulary();
    int[] types = new int[vocabulary.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = vocabulary.type(id).id();
    }
    SequencedMap<String, GgufValue> values = new LinkedHashMap<>();
    values.put(PREFIX + "model", GgufValue.of("gpt2"));
    values.put(PREFIX + "pre", GgufValue.of(definition.preTokenizer().label()));
    values.put(PREFIX + "tokens", GgufValue.strings(vocabulary.tokens()));
    values.put(PREFIX + "token_type", GgufValue.int32s(types));
    values.put(PREFIX + "merges", GgufValue.strings(definition.merges()));
    putId(values, "bos_token_id", definition.bos());
    putId(values, "eos_token_id", definition.eos());
    putId(values, "unknown_token_id", definition.unknown());
    putId(values, "padding_token_id", definition.padding());
    values.put(PREFIX + "add_bos_token", GgufValue.of(definition.addsBos()));
    return values;
  }

  private static void putId(SequencedMap<String, GgufValue> values, String key, OptionalInt id) {
    id.ifPresent(value -> values.put(PREFIX + key, GgufValue.uint32(value)));
  }

  private static Vocabulary vocabulary(Metadata metadata) {
    StringTable tokens = metadata.strings(PREFIX + "tokens");
    byte[] types = new byte[tokens.size()];
    if (metadata.has(PREFIX + "token_type")) {
      readTypes(metadata, types);
    } else {
      Arrays.fill(types, (byte) Vocabulary.Type.NORMAL.id());
    }
    return new Vocabulary(tokens, types, reason -> metadata.malformed(PREFIX + "tokens", reason));
  }

  private static void readTypes(Metadata metadata, byte[] types) {
    int[] numbers = metadata.integers(PREFIX + "token_type");
    if (numbers.length != types.length) {
      throw metadata.malformed(
          PREFIX + "token_type", "%d types for %d tokens".formatted(numbers.length, types.length));
    }
    for (int id = 0; id < numbers.length; id++) {
      Vocabulary.Type type = Vocabulary.Type.numbered(numbers[id]);
      if (type == null) {
        throw metadata.malformed(
            PREFIX + "token_type", "token %d has type %d".formatted(id, numbers[id]));
      }
      types[id] = (byte) type.id();
    }
  }

  private static OptionalInt id(Metadata metadata, String key, Vocabulary vocabulary) {
    if (!metadata.has(PREFIX + key)) {
      return OptionalInt.empty();
    }
    int id = metadata.integer(PREFIX + key);
    if (id < 0 || id >= vocabulary.size()) {
      throw metadata.malformed(
          PREFIX + key, "%d is outside the vocabulary of %d".formatted(id, vocabulary.size()));
    }
    return OptionalInt.of(id);
  }
}
