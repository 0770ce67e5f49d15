package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.chat.Message;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ObjectNode;

/** {@code run MODEL [PROMPT]}: one answer, streamed. */
@Command(name = "run")
final class Run implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin PartnerOptions options = new PartnerOptions();

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
    if (prompt.isEmpty() && hanok.io().terminalIn()) {
      return Repl.talk(hanok, options, name, system);
    }
    try (Partner partner = options.open(name, hanok)) {
      if (prompt.isEmpty()) {
        throw new Failure(ExitCode.USAGE, "run.noPrompt");
      }
      return hanok.json() ? answerJson(partner, prompt) : answer(partner, prompt);
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

  private int answer(Partner partner, String prompt) {
    Partner.Audience audience =
        new Partner.Audience(
            text -> {
              hanok.io().out().print(text);
              hanok.io().out().flush();
            },
            hanok.io().out()::checkError);
    Answer answer = answer(partner, prompt, audience);
    hanok.io().out().println();
    if (hanok.io().out().checkError()) {
      return ExitCode.BROKEN_PIPE;
    }
    if (verbose) {
      answer.timing().print(hanok);
    }
    return ExitCode.OK;
  }

  private int answerJson(Partner partner, String prompt) {
    Answer answer = answer(partner, prompt, new Partner.Audience(text -> {}, () -> false));
    ObjectNode json = Json.object().put("model", name).put("text", answer.text());
    json.put("finish_reason", answer.reason().name().toLowerCase(Locale.ROOT));
    answer.timing().put(json);
    hanok.io().out().println(json);
    return ExitCode.OK;
  }

  private Answer answer(Partner partner, String prompt, Partner.Audience audience) {
    AnswerOptions wanted = options.answers(partner);
    if (!raw && !partner.converses()) {
      hanok.remark("run.noTemplate");
    }
    if (raw || !partner.converses()) {
      return partner.goOn(prompt, wanted, audience);
    }
    Conversation conversation = partner.opening(system);
    conversation.add(Message.user(prompt));
    return partner.answer(conversation, false, wanted, audience);
  }
}
