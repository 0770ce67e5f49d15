package hanok.train.data;

import hanok.corpus.Document;
import hanok.corpus.DocumentReader;
import hanok.model.Progress;
import hanok.token.BulkEncoder;
import hanok.token.EncodeOptions;
import hanok.token.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns files of documents into shards of tokens: {@code OUT/train/NAME.LANG.tokens} and, for what
 * is held out, {@code OUT/valid/NAME.LANG.tokens}. A document is the token of the beginning, if the
 * tokenizer adds one, its text, and the token of the end.
 *
 * <p>Files are done one after the other, the documents of each by several threads; what comes out
 * does not depend on how many. A file that was done before, with the same settings, is passed over:
 * {@code OUT/NAME.json} says so, and is written last.
 */
public final class Tokenize {
  private static final int CHUNK_DOCUMENTS = 512;
  private static final int CHUNK_CHARS = 1 << 19;

  private final Tokenizer tokenizer;
  private final Settings settings;
  private final String fingerprint;
  private final int end;
  private final Queue<BulkEncoder> encoders = new ConcurrentLinkedQueue<>(); // at rest

  /**
   * How to do it.
   *
   * @param heldOut share of documents for validation, in {@code [0, 1)}; equal documents are on the
   *     same side
   * @param evaluation what documents must not have copied from; null for anything goes
   * @param threads at work
   */
  public record Settings(double heldOut, @Nullable EvalGrams evaluation, int threads) {
    public Settings {
      if (!(heldOut >= 0 && heldOut < 1)) {
        throw new IllegalArgumentException("heldOut %s is not in [0, 1)".formatted(heldOut));
      }
      if (threads < 1) {
        throw new IllegalArgumentException("%d threads".formatted(threads));
      }
    }
  }

  private record Encoded(int[] ids, int textBytes, String lang, boolean valid) {}

  /** A part of a file. */
  private record Chunk(List<Encoded> documents, TokenizeReport report) {}

  /**
   * @throws IllegalArgumentException if the tokenizer has no token that ends a text
   */
  public Tokenize(Tokenizer tokenizer, Settings settings) {
    this.tokenizer = tokenizer;
    this.settings = settings;
    fingerprint = Fingerprint.of(tokenizer);
    end =
        tokenizer
            .eos()
            .orElseThrow(
                () -> new IllegalArgumentException("the tokenizer has no token that ends a text"));
  }

  /**
   * Tokenizes files.
   *
   * @param open finds the documents of a file
   * @return what became of each file, in order, also of those that were done before
   * @throws IllegalArgumentException if two files have the same name
   * @throws UncheckedIOException if shards cannot be written
   */
  public List<TokenizeReport> run(
      List<Path> files, Path out, Function<Path, DocumentReader> open, Progress progress) {
    Map<String, Path> named = new HashMap<>();
    long total = 0;
    for (Path file : files) {
      Path other = named.put(name(file), file);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s and %s would both become %s.*.tokens".formatted(other, file, name(file)));
      }
      total += bytes(file);
    }
    List<TokenizeReport> reports = new ArrayList<>();
    long before = 0;
    for (Path file : files) {
      long done = before;
      long all = total;
      reports.add(one(file, out, open, (bytes, _) -> progress.report(done + bytes, all)));
      before += bytes(file);
      progress.report(before, total);
    }
    return reports;
  }

  /** The name of a file up to its first dot. */
  private static String name(Path file) {
    String name = file.getFileName().toString();
    int dot = name.indexOf('.', 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TokenizeReport one(
      Path file, Path out, Function<Path, DocumentReader> open, Progress progress) {
    DoneFile done = new DoneFile(out.resolve(name(file) + ".json"), key(file));
    TokenizeReport before = done.read(out);
    if (before != null) {
      return before;
    }
    done.forget(out);
    try (Outputs outputs = new Outputs(out, name(file), tokenizer.vocab(), fingerprint);
        DocumentReader documents = open.apply(file)) {
      TokenizeReport report = encodeAll(documents, outputs, progress);
      TokenizeReport whole = report.of(name(file), outputs.finish());
      done.write(whole);
      return whole;
    }
  }

  /** All that the shards of a file depend on. */
  private String key(Path file) {
    try {
      return "%d bytes of %s, tokenizer %s, held out %s, evaluation %x"
          .formatted(
              Files.size(file),
              Files.getLastModifiedTime(file),
              fingerprint,
              settings.heldOut(),
              settings.evaluation() == null ? 0 : settings.evaluation().fingerprint());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TokenizeReport encodeAll(DocumentReader documents, Outputs outputs, Progress progress) {
    TokenizeReport report = TokenizeReport.NONE;
    ExecutorService pool = Executors.newFixedThreadPool(settings.threads());
    try {
      ArrayDeque<Future<Chunk>> pending = new ArrayDeque<>();
      List<Document> next = read(documents);
      while (!next.isEmpty() || !pending.isEmpty()) {
        if (!next.isEmpty()) {
          List<Document> chunk = next;
          pending.add(pool.submit(() -> encode(chunk)));
          next = read(documents);
        }
        if (next.isEmpty() || pending.size() > 2 * settings.threads()) {
          Chunk chunk = result(pending.remove());
          chunk.documents().forEach(d -> outputs.add(d.lang(), d.valid(), d.ids(), d.textBytes()));
          report = report.plus(chunk.report());
          progress.report(documents.bytesRead(), documents.bytesTotal());
        }
      }
    } finally {
      pool.shutdownNow();
    }
    return report;
  }

  private static List<Document> read(DocumentReader documents) {
    List<Document> chunk = new ArrayList<>();
    int chars = 0;
    while (chunk.size() < CHUNK_DOCUMENTS && chars < CHUNK_CHARS) {
      Document document = documents.next();
      if (document == null) {
        break;
      }
      chunk.add(document);
      chars += document.text().length();
    }
    return chunk;
  }

  private Chunk encode(List<Document> documents) {
    BulkEncoder rested = encoders.poll();
    BulkEncoder encoder = rested == null ? tokenizer.bulk(EncodeOptions.TEXT) : rested;
    Chunk chunk = encode(documents, encoder);
    encoders.add(encoder);
    return chunk;
  }

  private Chunk encode(List<Document> documents, BulkEncoder encoder) {
    List<Encoded> encoded = new ArrayList<>(documents.size());
    TokenizeReport report = TokenizeReport.NONE;
    for (Document document : documents) {
      String text = document.text();
      if (text.isBlank()) {
        report = report.plusEmpty();
      } else if (settings.evaluation() != null && settings.evaluation().hits(text)) {
        report = report.plusContaminated();
      } else {
        Encoded one = encode(document, encoder);
        encoded.add(one);
        report = report.plusDocument(one.ids().length, one.textBytes(), one.valid());
      }
    }
    return new Chunk(encoded, report);
  }

  private Encoded encode(Document document, BulkEncoder encoder) {
    int[] text = encoder.encode(document.text());
    int first = tokenizer.addsBos() && tokenizer.bos().isPresent() ? 1 : 0;
    int[] ids = new int[first + text.length + 1];
    if (first == 1) {
      ids[0] = tokenizer.bos().getAsInt();
    }
    System.arraycopy(text, 0, ids, first, text.length);
    ids[ids.length - 1] = end;
    int bytes = 0;
    for (int id : text) {
      bytes += tokenizer.byteLength(id);
    }
    boolean valid = Mix.unit(Mix.bits(document.text())) < settings.heldOut();
    return new Encoded(ids, bytes, document.lang(), valid);
  }

  private static Chunk result(Future<Chunk> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("tokenizing was interrupted", e);
    }
  }
}
