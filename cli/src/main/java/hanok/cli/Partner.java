package hanok.cli;

import hanok.console.Failure;
import hanok.console.Messages;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who answers: a model that runs here, or one of a server. */
sealed interface Partner extends AutoCloseable permits LocalPartner, RemotePartner {

  /**
   * Who listens.
   *
   * @param text gets the answer as it is made
   * @param gone is asked often; once it says true, the answer ends as it is
   */
  record Audience(Consumer<String> text, BooleanSupplier gone) {}

  /** What the user calls the model. */
  String label();

  /** The model, and where it is, for a greeting. */
  String title();

  /** One line about the model. */
  String about(Messages messages);

  /** How the model's maker wants answers to be made. */
  AnswerOptions own();

  /**
   * What a conversation begins with.
   *
   * @param system what the model is told, if not what its maker wants
   */
  Conversation opening(@Nullable String system);

  /** Whether it is known how to write a conversation for the model. */
  boolean converses();

  /**
   * Answers the last question of a conversation.
   *
   * @param mayForget whether the conversation may lose its oldest turns if all are too many
   */
  Answer answer(
      Conversation conversation, boolean mayForget, AnswerOptions options, Audience audience);

  /** Goes on with a text as it is. */
  Answer goOn(String text, AnswerOptions options, Audience audience);

  /** How many tokens a conversation may have; empty if that is not known. */
  OptionalInt context();

  /** How conversations are written for the model, in the language of its file. */
  Optional<String> template();

  Optional<String> licence();

  /**
   * Another model of the same place.
   *
   * @throws Failure if there is none of that name
   */
  Partner other(String name);

  @Override
  void close();
}
