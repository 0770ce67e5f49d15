package hanok.cli;

import hanok.console.Json;
import hanok.engine.FinishReason;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** An answer of a server, put together from its pieces; the last one says what it took. */
final class RemoteAnswer implements Consumer<JsonNode> {
  private final Function<JsonNode, String> content;
  private final Partner.Audience audience;
  private final StringBuilder text = new StringBuilder();
  private JsonNode last = Json.object();

  /**
   * @param content what a piece adds to the answer
   */
  RemoteAnswer(Function<JsonNode, String> content, Partner.Audience audience) {
    this.content = content;
    this.audience = audience;
  }

  @Override
  public void accept(JsonNode piece) {
    String more = content.apply(piece);
    if (!more.isEmpty()) {
      text.append(more);
      audience.text().accept(more);
    }
    if (piece.path("done").asBoolean(false)) {
      last = piece;
    }
  }

  /** Whether the last piece has come. */
  boolean done() {
    return !last.isEmpty();
  }

  /** How many of the oldest turns the server left out. */
  int dropped() {
    return count("prompt_messages_dropped", 0);
  }

  /** The answer as far as it has come; without its last piece, it was interrupted. */
  Answer whole(OptionalLong seed) {
    Timing timing =
        new Timing(
            count("prompt_eval_count", 0),
            count("prompt_cached_count", Timing.UNTOLD),
            count("eval_count", 0),
            Timing.UNTOLD,
            Timing.UNTOLD,
            last.path("prompt_eval_duration").asLong(0),
            last.path("eval_duration").asLong(0),
            seed);
    return new Answer(text.toString(), reason(), dropped(), timing);
  }

  private FinishReason reason() {
    if (!done()) {
      return FinishReason.CANCELLED;
    }
    boolean length = last.path("done_reason").asString("").equals("length");
    return length ? FinishReason.LENGTH : FinishReason.STOP;
  }

  private int count(String name, int otherwise) {
    return last.path(name).asInt(otherwise);
  }
}
