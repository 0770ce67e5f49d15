package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.chat.ChatTemplate;
import hanok.chat.Message;
import hanok.engine.Generation;
import hanok.engine.Model;
import hanok.engine.SamplerOptions;
import hanok.engine.Session;
import hanok.token.EncodeOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code run MODEL [PROMPT]}: one answer, streamed. */
@Command(name = "run")
final class Run implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin ModelOptions modelOptions = new ModelOptions();
  @Mixin SamplingOptions sampling = new SamplingOptions();

  @Parameters(index = "0", paramLabel = "MODEL")
  String name;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "PROMPT")
  List<String> words = List.of();

  @Option(names = "--system", paramLabel = "TEXT")
  @Nullable String system;

  @Option(names = "--raw")
  boolean raw;

  @Option(names = "--verbose")
  boolean verbose;

  @Override
  public Integer call() throws IOException {
    String prompt = prompt();
    ChosenModel chosen = ChosenModel.of(name, hanok);
    try (Model model = modelOptions.load(chosen.file(), hanok)) {
      if (prompt.isEmpty() && hanok.io().terminalIn()) {
        return new Repl(hanok, model, chosen, modelOptions, sampling, system).run();
      }
      if (prompt.isEmpty()) {
        throw new Failure(ExitCode.USAGE, "run.noPrompt");
      }
      int[] ids = ids(model, chosen, prompt);
      SamplerOptions options = sampling.over(chosen.over(model.samplerDefaults()));
      Generation.Request request =
          new Generation.Request(
              ids,
              options,
              chosen.maxTokensOr(sampling.maxTokens),
              chosen.stopOr(sampling.stop),
              !sampling.noLookup);
      Session session = modelOptions.session(model, chosen.context());
      return hanok.json ? answerJson(model, session, request) : answer(model, session, request);
    }
  }

  /** The words of the command line, and what comes through a pipe. */
  private String prompt() throws IOException {
    String given = String.join(" ", words);
    if (hanok.io().terminalIn()) {
      return given;
    }
    String piped = new String(hanok.io().in().readAllBytes(), UTF_8).strip();
    return given.isEmpty() || piped.isEmpty() ? given + piped : given + "\n" + piped;
  }

  private int[] ids(Model model, ChosenModel chosen, String prompt) {
    Optional<ChatTemplate> template = raw ? Optional.empty() : model.chatTemplate();
    if (template.isEmpty()) {
      if (!raw) {
        hanok.remark("run.noTemplate");
      }
      boolean bos = model.tokenizer().addsBos();
      EncodeOptions options = new EncodeOptions(false, bos, EncodeOptions.Normalization.AUTO);
      return model.tokenizer().encode(prompt, options);
    }
    List<Message> messages = new ArrayList<>();
    String told = chosen.systemOr(system);
    if (told != null) {
      messages.add(Message.system(told));
    }
    messages.addAll(chosen.turns());
    messages.add(Message.user(prompt));
    return model.tokenizer().encode(template.get().render(messages, true));
  }

  private int answer(Model model, Session session, Generation.Request request) {
    Generation.Result result =
        Generation.run(
            model,
            session,
            request,
            text -> {
              hanok.io().out().print(text);
              hanok.io().out().flush();
            },
            hanok.io().out()::checkError);
    hanok.io().out().println();
    if (hanok.io().out().checkError()) {
      return ExitCode.BROKEN_PIPE;
    }
    if (verbose) {
      new Timing(result).print(hanok);
    }
    return ExitCode.OK;
  }

  private int answerJson(Model model, Session session, Generation.Request request) {
    Generation.Result result = Generation.run(model, session, request, text -> {}, () -> false);
    hanok
        .io()
        .out()
        .println(
            Json.object()
                .put("model", name)
                .put("text", result.text())
                .put("finish_reason", result.reason().name().toLowerCase(Locale.ROOT))
                .put("prompt_tokens", result.promptTokens())
                .put("reused_tokens", result.reusedTokens())
                .put("generated_tokens", result.generatedTokens())
                .put("drafted_tokens", result.draftedTokens())
                .put("accepted_tokens", result.acceptedTokens())
                .put("prompt_nanos", result.promptNanos())
                .put("decode_nanos", result.decodeNanos())
                .put("seed", result.seed()));
    return ExitCode.OK;
  }
}
