package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import hanok.gguf.GgufFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How fast texts are encoded, ours beside others: MB of UTF-8 a second of CPU time of one thread,
 * the best of several rounds; and how long a fresh JVM takes to load a vocabulary. Texts are cut
 * into documents of some 4 kB. A cache of pieces is empty when a round begins. See
 * docs/tokenizer.md for how to run it, and what it gave.
 *
 * <ul>
 *   <li>{@code -Dtexts=FILE,FILE}: what to encode
 *   <li>{@code -Dgguf=FILE}: our vocabulary
 *   <li>{@code -Djson=FILE}: the same as {@code tokenizer.json}, for Hugging Face's library
 *   <li>{@code -Drounds=N}: how often ours encode each text; the others do it thrice
 *   <li>{@code -Dload.options=…}: options of the JVMs that load
 * </ul>
 */
public final class TokenizerBenchmark {
  private static final int DOCUMENT_BYTES = 4096;
  private static final int ROUNDS = Integer.getInteger("rounds", 9);
  private static final int ROUNDS_OF_OTHERS = 3;
  private static final int LOADS = 7;

  /** Encodes a document, and says how many ids it has. */
  @FunctionalInterface
  private interface Contender {
    int encode(Document document);
  }

  private record Document(String text, byte[] utf8) {}

  private record Result(double megabytesPerSecond, long ids) {}

  private TokenizerBenchmark() {}

  /** With arguments, loads a vocabulary and prints how long that took: {@code KIND FILE}. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 2) {
      load(arguments[0], Path.of(arguments[1]));
      return;
    }
    Path gguf = Path.of(required("gguf"));
    Path json = Path.of(required("json"));
    compare(gguf, json);
    for (String kind : List.of("gguf", "tables", "json", "djl")) {
      loads(kind, kind.equals("gguf") || kind.equals("tables") ? gguf : json);
    }
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalArgumentException("-D" + property + "=… is missing");
    }
    return value;
  }

  private static void compare(Path gguf, Path json) throws IOException, InterruptedException {
    Tokenizer ours = Tokenizer.load(gguf);
    try (HuggingFaceTokenizer theirs =
        HuggingFaceTokenizer.newInstance(json, Map.of("truncation", "false"))) {
      for (String name : required("texts").split(",", -1)) {
        List<Document> documents = read(Path.of(name));
        long bytes = documents.stream().mapToLong(d -> d.utf8().length).sum();
        System.out.printf("%s, %.1f MB, %d documents%n", name, bytes / 1e6, documents.size());
        contenders(gguf, ours, theirs)
            .forEach((label, contender) -> {
              int rounds = label.startsWith("ours") ? ROUNDS : ROUNDS_OF_OTHERS;
              Result result = measure(contender, rounds, documents, bytes);
              System.out.printf(
                  "  %-28s %8.2f MB/s  %9d ids%n",
                  label, result.megabytesPerSecond(), result.ids());
            });
        scale(ours, documents, bytes);
      }
    }
  }

  private static Map<String, Supplier<Contender>> contenders(
      Path gguf, Tokenizer ours, HuggingFaceTokenizer theirs) {
    Map<String, Supplier<Contender>> all = new LinkedHashMap<>();
    BulkEncoder plain = withoutCache(gguf);
    all.put("ours, UTF-8", () -> d -> plain.encodeUtf8(d.utf8(), 0, d.utf8().length).length);
    all.put(
        "ours, UTF-8, cache",
        () -> {
          BulkEncoder bulk = ours.bulk(EncodeOptions.TEXT);
          return d -> bulk.encodeUtf8(d.utf8(), 0, d.utf8().length).length;
        });
    all.put("ours, String", () -> d -> ours.encode(d.text()).length);
    all.put(
        "ours, String, cache",
        () -> {
          BulkEncoder bulk = ours.bulk(EncodeOptions.TEXT);
          return d -> bulk.encode(d.text()).length;
        });
    for (EncodingType type : List.of(EncodingType.CL100K_BASE, EncodingType.O200K_BASE)) {
      var encoding = Encodings.newLazyEncodingRegistry().getEncoding(type);
      all.put("jtokkit " + type.getName(), () -> d -> encoding.encodeOrdinary(d.text()).size());
    }
    all.put(
        "Hugging Face through DJL",
        () -> d -> theirs.encode(d.text(), false, false).getIds().length);
    return all;
  }

  private static BulkEncoder withoutCache(Path gguf) {
    try (GgufFile file = GgufFile.open(gguf)) {
      Definition definition = GgufTokenizer.read(file.metadata());
      definition.pieces().best();
      Encoder encoder = new Encoder(definition);
      return new BulkEncoder(encoder, Provenance.all(false), false, -1, new Scratch(null));
    }
  }

  private static Result measure(
      Supplier<Contender> contenders, int rounds, List<Document> documents, long bytes) {
    long best = Long.MAX_VALUE;
    long ids = 0;
    for (int round = 0; round < rounds; round++) {
      Contender contender = contenders.get();
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      ids = 0;
      for (Document document : documents) {
        ids += contender.encode(document);
      }
      long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
      best = Math.min(best, took);
    }
    return new Result(bytes * 1e3 / best, ids);
  }

  /** By the clock, so only on a machine that does nothing else does it say much. */
  private static void scale(Tokenizer tokenizer, List<Document> documents, long bytes)
      throws InterruptedException {
    double one = byTheClock(1, () -> tokenizer.bulk(EncodeOptions.TEXT), documents, bytes);
    double two = byTheClock(2, () -> tokenizer.bulk(EncodeOptions.TEXT), documents, bytes);
    System.out.printf(
        "  by the clock, UTF-8, cache: %.1f MB/s with 1 thread, %.1f with 2 (x %.2f)%n",
        one, two, two / one);
  }

  private static double byTheClock(
      int threads, Supplier<BulkEncoder> make, List<Document> documents, long bytes)
      throws InterruptedException {
    List<BulkEncoder> encoders = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      encoders.add(make.get());
    }
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 2 * ROUNDS; round++) {
      long start = System.nanoTime();
      List<Thread> running = new ArrayList<>();
      for (BulkEncoder encoder : encoders) {
        running.add(
            Thread.ofPlatform()
                .start(() ->
                    documents.forEach(d -> encoder.encodeUtf8(d.utf8(), 0, d.utf8().length))));
      }
      for (Thread thread : running) {
        thread.join();
      }
      best = Math.min(best, System.nanoTime() - start);
    }
    return threads * bytes * 1e3 / best;
  }

  /** Cut at the first end of a line after so many bytes. */
  private static List<Document> read(Path file) throws IOException {
    List<Document> documents = new ArrayList<>();
    StringBuilder document = new StringBuilder();
    int size = 0;
    for (String line : Files.readAllLines(file)) {
      document.append(line).append('\n');
      size += line.getBytes(UTF_8).length + 1;
      if (size >= DOCUMENT_BYTES) {
        documents.add(document(document));
        document.setLength(0);
        size = 0;
      }
    }
    if (size > 0) {
      documents.add(document(document));
    }
    return documents;
  }

  private static Document document(StringBuilder text) {
    return new Document(text.toString(), text.toString().getBytes(UTF_8));
  }

  /** Prints the median of what {@link #load} measures in several JVMs, one after the other. */
  private static void loads(String kind, Path file) throws IOException, InterruptedException {
    double[] wall = new double[LOADS];
    double[] processor = new double[LOADS];
    for (int i = 0; i < LOADS; i++) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-XX:+UseSerialGC");
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of(System.getProperty("load.options", "-Xshare:auto").split(" ", -1)));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(TokenizerBenchmark.class.getName(), kind, file.toString()));
      Process jvm =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String[] out = new String(jvm.getInputStream().readAllBytes(), UTF_8).strip().split(" ", -1);
      if (jvm.waitFor() != 0) {
        throw new IllegalStateException("a JVM could not load " + file);
      }
      wall[i] = Double.parseDouble(out[0]);
      processor[i] = Double.parseDouble(out[1]);
    }
    Arrays.sort(wall);
    Arrays.sort(processor);
    System.out.printf(
        "load %-6s %7.1f ms by the clock, %7.1f ms of the thread's CPU time, medians of %d JVMs%n",
        kind, wall[LOADS / 2], processor[LOADS / 2], LOADS);
  }

  private static void load(String kind, Path file) throws IOException {
    long start = System.nanoTime();
    if (kind.equals("djl")) {
      HuggingFaceTokenizer.newInstance(file).close();
    } else if (kind.equals("tables")) {
      Tokenizer.load(file).bulk(EncodeOptions.TEXT);
    } else if (Tokenizer.load(file).encode("안녕하세요").length == 0) {
      throw new IllegalStateException("no ids");
    }
    double wall = (System.nanoTime() - start) / 1e6;
    double thread = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e6;
    System.out.println(wall + " " + thread);
  }
}
