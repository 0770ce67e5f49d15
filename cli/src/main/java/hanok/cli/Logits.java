package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.engine.DequantizedWeights;
import hanok.engine.Model;
import hanok.engine.Session;
import hanok.gguf.AtomicFile;
import hanok.reference.ReferenceModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code logits MODEL.gguf --ids 5,6,7}: what the model says, for another engine to compare with.
 */
@Command(name = "logits")
final class Logits implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin ModelOptions modelOptions = new ModelOptions();

  @Parameters(index = "0", paramLabel = "MODEL.gguf")
  Path path;

  @Option(names = "--ids", paramLabel = "ID", split = ",", required = true)
  int[] ids;

  @Option(names = "--last", paramLabel = "N", defaultValue = "1")
  int last;

  @Option(names = "--greedy", paramLabel = "N", defaultValue = "0")
  int greedy;

  @Option(names = "--out", paramLabel = "FILE.f32")
  @Nullable Path out;

  @Option(names = "--reference")
  boolean reference;

  @Override
  public Integer call() {
    if (last < 1 || last > ids.length) {
      throw new Failure(ExitCode.USAGE, "logits.last", ids.length, last);
    }
    if (greedy < 0) {
      throw new Failure(ExitCode.USAGE, "logits.greedy", greedy);
    }
    try (Model model = modelOptions.load(path, hanok)) {
      IntFunction<float[]> next = reference ? reference(model) : engine(model);
      List<float[]> rows = new ArrayList<>();
      float[] logits = {};
      for (int i = ids.length - last; i < ids.length; i++) {
        logits = next.apply(ids[i]);
        rows.add(logits.clone());
      }
      int[] continuation = new int[greedy];
      for (int i = 0; i < greedy; i++) {
        continuation[i] = argmax(logits);
        logits = i + 1 < greedy ? next.apply(continuation[i]) : logits;
      }
      if (out != null) {
        AtomicFile.write(out, bytes(rows));
      }
      print(model.config().vocab(), continuation);
    }
    return ExitCode.OK;
  }

  /** Both engines have seen the prompt up to the last positions, and take one id at a time. */
  private IntFunction<float[]> engine(Model model) {
    Session session = modelOptions.session(model);
    if (ids.length > last) {
      session.prefill(Arrays.copyOf(ids, ids.length - last));
    }
    return id -> {
      session.forward(id);
      return session.logits();
    };
  }

  private IntFunction<float[]> reference(Model model) {
    DequantizedWeights weights = new DequantizedWeights(model.file(), true);
    ReferenceModel reference = new ReferenceModel(model.config(), weights);
    int[] position = {0};
    for (int i = 0; i < ids.length - last; i++) {
      reference.forward(ids[i], position[0]++);
    }
    return id -> reference.forward(id, position[0]++);
  }

  private void print(int vocab, int[] continuation) {
    StringBuilder json = new StringBuilder();
    json.append("{\"vocab\":").append(vocab);
    json.append(",\"logits_from\":").append(ids.length - last).append(",\"greedy\":[");
    for (int i = 0; i < continuation.length; i++) {
      json.append(i == 0 ? "" : ",").append(continuation[i]);
    }
    hanok.io().out().println(json.append("]}"));
  }

  private static byte[] bytes(List<float[]> rows) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * rows.size() * rows.getFirst().length);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      bytes.asFloatBuffer().put(row);
      bytes.position(bytes.position() + 4 * row.length);
    }
    return bytes.array();
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
