package hanok.cli;

import hanok.chat.ChatTemplate;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Messages;
import hanok.engine.Generation;
import hanok.engine.Model;
import hanok.engine.Session;
import hanok.token.EncodeOptions;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A model that runs in this program. */
final class LocalPartner implements Partner {
  private static final int ROOM_MAX = 256; // for an answer worth the name

  private final Hanok hanok;
  private final ChosenModel chosen;
  private final ModelOptions options;
  private final boolean lookup;
  private final Model model;
  private final Session session;
  private final Optional<ChatTemplate> template;

  private LocalPartner(
      Hanok hanok, ChosenModel chosen, ModelOptions options, boolean lookup, Model model) {
    this.hanok = hanok;
    this.chosen = chosen;
    this.options = options;
    this.lookup = lookup;
    this.model = model;
    session = options.session(model, chosen.context());
    template =
        chosen.template().isEmpty()
            ? model.chatTemplate()
            : ChatTemplate.find(model.file().metadata(), model.tokenizer(), chosen.template());
  }

  /** Loads a model. */
  static LocalPartner load(Hanok hanok, ChosenModel chosen, ModelOptions options, boolean lookup) {
    Model model = options.load(chosen.file(), hanok);
    try {
      return new LocalPartner(hanok, chosen, options, lookup, model);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public String label() {
    return chosen.label();
  }

  @Override
  public String title() {
    return chosen.label();
  }

  @Override
  public String about(Messages messages) {
    return messages.text(
        "chat.info",
        chosen.label(),
        model.config().architecture().label(),
        model.config().layers(),
        model.config().dim(),
        session.context(),
        model.config().context());
  }

  @Override
  public AnswerOptions own() {
    return AnswerOptions.of(model.samplerDefaults(), chosen.parameters());
  }

  @Override
  public Conversation opening(@Nullable String system) {
    Conversation conversation = new Conversation(chosen.systemOr(system));
    chosen.turns().forEach(conversation::add);
    return conversation;
  }

  @Override
  public boolean converses() {
    return template.isPresent();
  }

  @Override
  public Answer answer(
      Conversation conversation, boolean mayForget, AnswerOptions wanted, Audience audience) {
    int[] ids = prompt(conversation);
    int dropped = 0;
    if (mayForget) {
      int most = session.context() - Math.min(ROOM_MAX, session.context() / 4);
      int oldest = ids.length > most ? conversation.removeOldest() : 0;
      while (oldest > 0) {
        dropped += oldest;
        ids = prompt(conversation);
        oldest = ids.length > most ? conversation.removeOldest() : 0;
      }
      if (ids.length > session.context()) {
        throw new Failure(ExitCode.USAGE, "chat.tooLong", ids.length, session.context());
      }
    }
    return answer(ids, dropped, wanted, audience);
  }

  private int[] prompt(Conversation conversation) {
    return model.tokenizer().encode(template.orElseThrow().render(conversation.messages(), true));
  }

  @Override
  public Answer goOn(String text, AnswerOptions wanted, Audience audience) {
    boolean bos = model.tokenizer().addsBos();
    EncodeOptions plain = new EncodeOptions(false, bos, EncodeOptions.Normalization.AUTO);
    return answer(model.tokenizer().encode(text, plain), 0, wanted, audience);
  }

  private Answer answer(int[] ids, int dropped, AnswerOptions wanted, Audience audience) {
    Generation.Request request =
        new Generation.Request(ids, wanted.sampling(), wanted.maxTokens(), wanted.stop(), lookup);
    Generation.Result result =
        Generation.run(model, session, request, audience.text()::accept, audience.gone());
    return new Answer(result.text(), result.reason(), dropped, Timing.of(result));
  }

  @Override
  public OptionalInt context() {
    return OptionalInt.of(session.context());
  }

  @Override
  public Optional<String> template() {
    boolean layer = template.isPresent() && template.get().name().equals("go");
    return layer ? chosen.template() : text("tokenizer.chat_template");
  }

  @Override
  public Optional<String> licence() {
    return text("general.license");
  }

  private Optional<String> text(String key) {
    return Optional.of(model.file().metadata().string(key, "")).filter(text -> !text.isEmpty());
  }

  @Override
  public Partner other(String name) {
    return load(hanok, ChosenModel.of(name, hanok), options, lookup);
  }

  @Override
  public void close() {
    model.close();
  }
}
