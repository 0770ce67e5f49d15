package hanok.cli;

import hanok.chat.Message;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Json;
import hanok.console.Messages;
import hanok.engine.SamplerOptions;
import hanok.serve.client.RemoteException;
import hanok.serve.client.RemoteServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model of a server that speaks Ollama's interface. All options of sampling are sent with every
 * question, so that the answer is what the model would say here.
 */
final class RemotePartner implements Partner {
  private static final int CONTEXT_UNASKED = 0;

  private final Hanok hanok;
  private final ServerOption option;
  private final RemoteServer server;
  private final String name;
  private final int contextAsked;
  private final RemoteModel model;
  private final AnswerOptions own;

  private RemotePartner(
      Hanok hanok, ServerOption option, RemoteServer server, String argument, int contextAsked) {
    this.hanok = hanok;
    this.option = option;
    this.server = server;
    this.name = name(argument);
    this.contextAsked = contextAsked;
    model = new RemoteModel(shown());
    own = model.own();
  }

  /**
   * Looks for a model.
   *
   * @param argument its name, or that of a file which the server was started with
   * @param contextAsked tokens of a conversation; 0 for as many as the server likes
   * @throws Failure if the server has none of that name
   */
  static RemotePartner open(Hanok hanok, ServerOption option, String argument, int contextAsked) {
    RemoteServer server = option.server(hanok);
    try {
      return new RemotePartner(hanok, option, server, argument, contextAsked);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Servers offer files by their names without {@code .gguf}. */
  private static String name(String argument) {
    boolean file = argument.toLowerCase(Locale.ROOT).endsWith(".gguf");
    Path last = file ? Path.of(argument).getFileName() : null;
    return last == null ? argument : last.toString().replaceFirst("(?i)\\.gguf$", "");
  }

  private JsonNode shown() {
    try {
      return server.post("/api/show", Json.object().put("model", name));
    } catch (RemoteException e) {
      if (e.status() == 404) {
        throw new Failure(ExitCode.NOT_FOUND, "remote.noModel", name, server.base());
      }
      throw e;
    }
  }

  @Override
  public String label() {
    return name;
  }

  @Override
  public String title() {
    return name + " @ " + server.base();
  }

  @Override
  public String about(Messages messages) {
    OptionalInt context = context();
    return messages.text(
        "chat.info",
        title(),
        model.architecture(),
        model.number(RemoteModel.Measure.LAYERS),
        model.number(RemoteModel.Measure.WIDTH),
        context.isPresent() ? context.getAsInt() : "?",
        model.number(RemoteModel.Measure.CONTEXT));
  }

  @Override
  public AnswerOptions own() {
    return own;
  }

  /** The turns that the model begins with are added by the server. */
  @Override
  public Conversation opening(@Nullable String system) {
    return new Conversation(system == null ? model.system().orElse(null) : system);
  }

  @Override
  public boolean converses() {
    return true;
  }

  @Override
  public Answer answer(
      Conversation conversation, boolean mayForget, AnswerOptions options, Audience audience) {
    ObjectNode body = body(options).put("truncate", mayForget);
    ArrayNode messages = body.putArray("messages");
    if (conversation.system().isEmpty() && model.system().isPresent()) {
      put(messages, Message.system("")); // or else the server puts the model's own back
    }
    conversation.messages().forEach(message -> put(messages, message));
    RemoteAnswer answer =
        new RemoteAnswer(piece -> piece.path("message").path("content").asString(""), audience);
    ask("/api/chat", body, answer, audience);
    int dropped = answer.dropped();
    conversation.forget(dropped - model.turnsBefore());
    return answer.whole(seed(options));
  }

  private static void put(ArrayNode messages, Message message) {
    messages.addObject().put("role", message.role().label()).put("content", message.content());
  }

  @Override
  public Answer goOn(String text, AnswerOptions options, Audience audience) {
    ObjectNode body = body(options).put("prompt", text).put("raw", true);
    RemoteAnswer answer = new RemoteAnswer(piece -> piece.path("response").asString(""), audience);
    ask("/api/generate", body, answer, audience);
    return answer.whole(seed(options));
  }

  private void ask(String path, ObjectNode body, RemoteAnswer answer, Audience audience) {
    boolean told = server.stream(path, body, answer, audience.gone());
    if (told && !answer.done()) {
      throw new Failure(ExitCode.FAILURE, "remote.endedEarly", server.base());
    }
  }

  private static OptionalLong seed(AnswerOptions options) {
    long seed = options.sampling().seed();
    return seed == -1 ? OptionalLong.empty() : OptionalLong.of(seed);
  }

  private ObjectNode body(AnswerOptions wanted) {
    ObjectNode body = Json.object().put("model", name).put("stream", true);
    ObjectNode options = body.putObject("options");
    SamplerOptions sampling = wanted.sampling();
    options.put("temperature", sampling.temperature());
    options.put("top_k", sampling.topK());
    options.put("top_p", sampling.topP());
    options.put("min_p", sampling.minP());
    options.put("typical_p", sampling.typicalP());
    options.put("repeat_penalty", sampling.repeatPenalty());
    options.put("repeat_last_n", sampling.repeatLastN());
    options.put("frequency_penalty", sampling.frequencyPenalty());
    options.put("presence_penalty", sampling.presencePenalty());
    options.put("seed", sampling.seed());
    options.put("num_predict", wanted.maxTokens());
    if (contextAsked != CONTEXT_UNASKED) {
      options.put("num_ctx", contextAsked);
    }
    if (!wanted.stop().equals(own.stop())) { // its own the server knows best
      wanted.stop().forEach(options.putArray("stop")::add);
    }
    return body;
  }

  /** What the server has given the model in memory, or what was asked for if that is less. */
  @Override
  public OptionalInt context() {
    List<String> names = List.of(name, name + ":latest");
    for (JsonNode loaded : loaded()) {
      int context = loaded.path("context_length").asInt(0);
      String known = loaded.path("name").asString("");
      if (context > 0 && names.stream().anyMatch(known::equalsIgnoreCase)) {
        boolean asked = contextAsked != CONTEXT_UNASKED;
        return OptionalInt.of(asked ? Math.min(context, contextAsked) : context);
      }
    }
    return OptionalInt.empty();
  }

  /** What is in the server's memory; nothing, if it has left: that must not cost an answer. */
  private JsonNode loaded() {
    try {
      return server.get("/api/ps").path("models");
    } catch (RemoteException e) {
      return Json.object();
    }
  }

  @Override
  public Optional<String> template() {
    return model.template();
  }

  @Override
  public Optional<String> licence() {
    return model.licence();
  }

  @Override
  public Partner other(String argument) {
    return open(hanok, option, argument, contextAsked);
  }

  @Override
  public void close() {
    server.close();
  }
}
