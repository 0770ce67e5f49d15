package hanok.serve.openai;

import hanok.engine.FinishReason;
import hanok.engine.Generation;
import hanok.serve.api.Fields;
import hanok.serve.http.AnswerStream;
import hanok.serve.http.Exchange;
import hanok.serve.http.Reply;
import hanok.serve.runner.Ask;
import hanok.serve.runner.CallFilter;
import hanok.serve.runner.Conversation;
import hanok.serve.runner.Entry;
import hanok.serve.runner.Form;
import hanok.serve.runner.RunOptions;
import hanok.serve.runner.Runner;
import hanok.serve.runner.Runners;
import hanok.serve.runner.Services;
import hanok.serve.runner.Tools;
import hanok.serve.runner.Turn;
import java.util.List;

/** {@code /v1/responses}, without memory: every request brings its whole conversation. */
final class Responses {
  private final Services services;

  Responses(Services services) {
    this.services = services;
  }

  void answer(Exchange exchange) {
    Fields fields = exchange.fields();
    String model = fields.required("model");
    List<Turn> turns = ResponseInput.turns(fields);
    Fields chat = ResponseInput.asChat(fields);
    Tools tools = Requests.tools(chat);
    Form form = Form.of(tools, ResponseInput.form(fields));
    boolean stream = fields.bool("stream", false);
    Entry entry = services.catalog().find(model);
    Reply reply = exchange.reply(stream ? Reply.Form.SSE : Reply.Form.JSON);
    try (Runners.Lease lease =
        AnswerStream.lease(reply, services.runners(), entry.servable(), null)) {
      Runner runner = lease.runner();
      RunOptions options = Requests.options(runner, fields, "max_output_tokens");
      Conversation conversation = new Conversation(runner, turns, tools.instructions());
      int[] prompt =
          conversation
              .render(options.context(), fields.string("truncation").orElse("").equals("auto"))
              .ids();
      Ask ask = new Ask(prompt, options, form, -1);
      answer(reply, runner, ask, new ResponseEvents(reply, model, stream), !tools.isEmpty());
    }
    reply.end();
  }

  private void answer(Reply reply, Runner runner, Ask ask, ResponseEvents events, boolean tools) {
    CallFilter filter = new CallFilter(tools);
    events.created();
    Generation.Result result =
        AnswerStream.run(
            reply,
            runner,
            ask.request(runner),
            services.metrics(),
            (piece, tokens) -> events.text(filter.add(piece)));
    events.text(filter.rest());
    filter.call().ifPresent(events::call);
    events.completed(result, result.reason() == FinishReason.LENGTH);
  }
}
