package hanok.cli;

import hanok.chat.Message;
import hanok.console.ExitCode;
import hanok.console.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One answer to one prompt, streamed; or as an object, for scripts.
 *
 * @param name of the model
 * @param system what the model is told before; null for what its maker wants
 * @param raw whether the prompt is continued as it is
 * @param verbose whether to tell how long it took
 */
record OneAnswer(
    Hanok hanok,
    PartnerOptions options,
    String name,
    @Nullable String system,
    boolean raw,
    boolean verbose) {

  /** Answers, and returns the exit code. */
  int to(String prompt) {
    try (Partner partner = options.open(name, hanok)) {
      return hanok.json() ? answerJson(partner, prompt) : answer(partner, prompt);
    }
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
