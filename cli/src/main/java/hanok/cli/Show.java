package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.gguf.GgufFile;
import hanok.gguf.Metadata;
import hanok.store.ModelDetails;
import hanok.store.Modelfile;
import hanok.store.StoredModel;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ObjectNode;

/** {@code show NAME|FILE}: what a model is, and what it carries. */
@Command(name = "show")
final class Show implements Callable<Integer> {
  private static final int LICENCE_LINES = 2;
  private static final int LINE_MAX = 100;

  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "NAME|FILE")
  String name;

  @ArgGroup @Nullable Part part;

  /** One part, instead of all. */
  static final class Part {
    @Option(names = "--modelfile")
    boolean modelfile;

    @Option(names = {"--license", "--licence"})
    boolean licence;

    @Option(names = "--parameters")
    boolean parameters;

    @Option(names = "--system")
    boolean system;

    @Option(names = "--template")
    boolean template;
  }

  /** What there is to show, wherever it comes from. */
  private record Card(
      Path file,
      Optional<StoredModel> stored,
      ModelDetails details,
      Metadata metadata,
      Optional<String> system,
      Optional<String> template,
      SequencedMap<String, Object> parameters,
      List<String> licences) {

    static Card of(StoredModel model, GgufFile file) {
      Optional<String> template = model.template().or(() -> text(file, "tokenizer.chat_template"));
      List<String> licences = model.licenses();
      return new Card(
          file.path(),
          Optional.of(model),
          model.details(),
          file.metadata(),
          model.system(),
          template,
          model.parameters(),
          licences.isEmpty() ? text(file, "general.license").stream().toList() : licences);
    }

    static Card of(GgufFile file) {
      return new Card(
          file.path(),
          Optional.empty(),
          ModelDetails.of(file),
          file.metadata(),
          Optional.empty(),
          text(file, "tokenizer.chat_template"),
          new TreeMap<>(),
          text(file, "general.license").stream().toList());
    }

    private static Optional<String> text(GgufFile file, String key) {
      return Optional.of(file.metadata().string(key, "")).filter(text -> !text.isEmpty());
    }

    String modelfile() {
      return stored
          .map(model -> model.modelfile().text())
          .orElseGet(() ->
              new Modelfile(List.of(new Modelfile.Command("FROM", file.toString(), 0))).text());
    }

    /** A number of the architecture, such as its {@code context_length}. */
    Optional<Integer> number(String key) {
      String whole = details.family() + "." + key;
      return metadata.has(whole) ? Optional.of(metadata.integer(whole)) : Optional.empty();
    }

    String parameterLines() {
      StringBuilder lines = new StringBuilder();
      for (Map.Entry<String, Object> entry : parameters.entrySet()) {
        List<?> values =
            entry.getValue() instanceof List<?> list ? list : List.of(entry.getValue());
        for (Object value : values) {
          String text = value instanceof String string ? "\"" + string + "\"" : value.toString();
          lines.append("%-30s %s%n".formatted(entry.getKey(), text));
        }
      }
      return lines.toString().stripTrailing();
    }
  }

  @Override
  public Integer call() {
    Optional<Path> path = ChosenModel.path(name);
    if (path.isPresent() && (Files.exists(path.get()) || ChosenModel.isPath(name))) {
      ModelOptions.requireFile(path.get());
      try (GgufFile file = GgufFile.open(path.get())) {
        show(Card.of(file));
      }
    } else {
      StoredModel model = ChosenModel.stored(name, hanok);
      try (GgufFile file = GgufFile.open(model.weights())) {
        show(Card.of(model, file));
      }
    }
    return ExitCode.OK;
  }

  private void show(Card card) {
    PrintStream out = hanok.io().out();
    if (part != null) {
      out.println(harmless(one(card, part).stripTrailing()));
    } else if (hanok.json()) {
      out.println(json(card));
    } else {
      all(card, out);
    }
  }

  private static String one(Card card, Part part) {
    if (part.modelfile) {
      return card.modelfile();
    }
    if (part.licence) {
      return String.join("\n", card.licences());
    }
    if (part.parameters) {
      return card.parameterLines();
    }
    return (part.system ? card.system() : card.template()).orElse("");
  }

  private void all(Card card, PrintStream out) {
    head("show.model", out);
    line(out, "show.architecture", card.details().family());
    line(out, "show.weights", card.details().parameterSize());
    card.number("context_length").ifPresent(n -> line(out, "show.context", n));
    card.number("embedding_length").ifPresent(n -> line(out, "show.embedding", n));
    line(out, "show.quantization", card.details().quantizationLevel());
    card.stored().ifPresent(model -> line(out, "show.digest", model.digest()));
    line(out, "show.file", card.file());
    if (!card.parameters().isEmpty()) {
      out.println();
      head("show.parameters", out);
      card.parameterLines().lines().forEach(text -> indent(text, out));
    }
    card.system()
        .ifPresent(text -> {
          out.println();
          head("show.system", out);
          text.lines().forEach(one -> indent(one, out));
        });
    if (!card.licences().isEmpty()) {
      out.println();
      head("show.licence", out);
      card.licences().stream()
          .flatMap(text -> text.lines().filter(one -> !one.isBlank()).limit(LICENCE_LINES))
          .forEach(one -> indent(one, out));
    }
  }

  private void head(String key, PrintStream out) {
    out.println("  " + hanok.messages().text(key));
  }

  private void line(PrintStream out, String key, Object value) {
    indent("%-20s %s".formatted(hanok.messages().text(key), value), out);
  }

  /** Texts of a model may be anything; what moves the cursor does not reach the terminal. */
  static String harmless(String text) {
    return text.replaceAll("[\\p{IsControl}&&[^\n\t]]", "?");
  }

  private static void indent(String text, PrintStream out) {
    String line = harmless(text.strip());
    out.println("    " + (line.length() > LINE_MAX ? line.substring(0, LINE_MAX) + "…" : line));
  }

  private ObjectNode json(Card card) {
    ObjectNode root = Json.object().put("name", name).put("file", card.file().toString());
    ListModels.write(card.details(), root.putObject("details"));
    card.stored()
        .ifPresent(model -> {
          root.put("digest", model.digest().hex()).put("size", model.bytes());
          root.put("modified_at", model.modifiedAt().toString());
        });
    root.put("modelfile", card.modelfile());
    root.putPOJO("parameters", card.parameters());
    root.put("system", card.system().orElse("")).put("template", card.template().orElse(""));
    card.licences().forEach(root.putArray("licences")::add);
    return root;
  }
}
