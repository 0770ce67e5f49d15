package hanok.chat;

import hanok.gguf.Metadata;
import hanok.template.GoTemplate;
import hanok.template.JinjaTemplate;
import hanok.template.TemplateException;
import hanok.token.Prompt;
import hanok.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a conversation is written for a model: EXAONE's own way, or that of a template which comes
 * with the model, or one of those that are widely known. Immutable and thread-safe.
 *
 * <p>What the messages say never becomes part of the form: their text and the template's go into
 * separate spans of the {@link Prompt}, and only the latter may spell control tokens. Where a
 * message spells a marker of a turn that is no control token, the tokenizer gives it other ids. A
 * prompt never begins with a token that {@link Tokenizer#encode(Prompt)} adds anyway.
 */
public sealed interface ChatTemplate permits ExaoneTemplate, JinjaChat, OllamaChat {

  /**
   * Writes a conversation.
   *
   * @param addGenerationPrompt whether to end with the beginning of an answer
   * @throws IllegalArgumentException if the template refuses the conversation, or fails on it
   */
  Prompt render(List<Message> messages, boolean addGenerationPrompt);

  /**
   * What was chosen, for a log: {@code exaone}, {@code jinja} or {@code go} for a template of the
   * model, {@code chatml}, {@code llama3} or {@code llama2} for one that it seems to know.
   */
  String name();

  /** EXAONE's own, whatever the model. */
  static ChatTemplate exaone() {
    return new ExaoneTemplate();
  }

  /**
   * The template for a model: EXAONE's for EXAONE; else {@code tokenizer.chat_template}, if it can
   * write a question; else one whose markers are in the vocabulary; else none.
   */
  static Optional<ChatTemplate> find(Metadata metadata, Tokenizer tokenizer) {
    String architecture = metadata.string("general.architecture", "");
    if (ExaoneTemplate.isFor(architecture, tokenizer)) {
      return Optional.of(new ExaoneTemplate());
    }
    String source = metadata.string("tokenizer.chat_template", "");
    return working(() -> new JinjaChat("jinja", JinjaTemplate.parse(source), tokenizer))
        .or(() -> Fallback.find(tokenizer));
  }

  /**
   * The template for a model that may come with a TEMPLATE layer of Ollama's: EXAONE's for EXAONE,
   * whatever the layer says; else the layer's, if it can write a question; else as {@link
   * #find(Metadata, Tokenizer)} has it.
   */
  static Optional<ChatTemplate> find(
      Metadata metadata, Tokenizer tokenizer, Optional<String> goTemplate) {
    String architecture = metadata.string("general.architecture", "");
    return goTemplate
        .filter(source -> !ExaoneTemplate.isFor(architecture, tokenizer))
        .flatMap(source -> working(() -> new OllamaChat(GoTemplate.parse(source), tokenizer)))
        .or(() -> find(metadata, tokenizer));
  }

  /**
   * The template of an Ollama model's TEMPLATE layer, or one whose markers are in the vocabulary if
   * it cannot write a question; for EXAONE, {@code find} knows better.
   */
  static Optional<ChatTemplate> ofOllama(String goTemplate, Tokenizer tokenizer) {
    return working(() -> new OllamaChat(GoTemplate.parse(goTemplate), tokenizer))
        .or(() -> Fallback.find(tokenizer));
  }

  /** The template, if it can write a question. */
  private static Optional<ChatTemplate> working(Supplier<ChatTemplate> template) {
    try {
      ChatTemplate own = template.get();
      String question = "question";
      if (own.render(List.of(Message.user(question)), true).text().contains(question)) {
        return Optional.of(own);
      }
    } catch (TemplateException | IllegalArgumentException e) {
      // It is somebody else's program; that it does not work is no reason to have no conversation.
    }
    return Optional.empty();
  }
}
