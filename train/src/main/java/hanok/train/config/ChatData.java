package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conversations, a line of JSON each.
 *
 * @param train the files
 * @param heldOut the share that the model is measured by; 0.02 by default
 * @param tooLong what becomes of a conversation that does not fit into a row: {@code cut}, the
 *     default, behind its last answer that does, or {@code drop}
 * @param decontaminate a folder of evaluation sets, whose text must not be learned; none by default
 */
public record ChatData(
    List<ChatSource> train, Double heldOut, TooLong tooLong, @Nullable Path decontaminate) {

  /** What becomes of a conversation that is longer than a row. */
  public enum TooLong {
    CUT,
    DROP
  }

  /**
   * A file of conversations.
   *
   * @param weight how often each is read in an epoch; 1 by default
   */
  public record ChatSource(Path path, Double weight) {
    public ChatSource {
      path = Check.present("data.train.path", path);
      weight = requireNonNullElse(weight, 1.0);
      Check.that(
          weight > 0 && weight <= 1000,
          "weight of %s is %s, and must be above 0 and at most 1000",
          path,
          weight);
    }
  }

  public ChatData {
    train = List.copyOf(Check.present("data.train", train));
    heldOut = requireNonNullElse(heldOut, 0.02);
    tooLong = requireNonNullElse(tooLong, TooLong.CUT);
    Check.that(!train.isEmpty(), "data.train is empty");
    Check.share("data.held_out", heldOut);
  }
}
