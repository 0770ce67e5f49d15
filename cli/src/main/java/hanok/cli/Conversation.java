package hanok.cli;

import hanok.chat.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has been said so far: an optional system turn, then questions and answers in turn. */
final class Conversation {
  private @Nullable String system;
  private final List<Message> turns = new ArrayList<>();

  Conversation(@Nullable String system) {
    this.system = system;
  }

  Optional<String> system() {
    return Optional.ofNullable(system);
  }

  void setSystem(String text) {
    system = text.isEmpty() ? null : text;
  }

  void add(Message message) {
    turns.add(message);
  }

  boolean isEmpty() {
    return turns.isEmpty();
  }

  void clear() {
    turns.clear();
  }

  /** All turns, the system's first if there is one. */
  List<Message> messages() {
    List<Message> all = new ArrayList<>();
    if (system != null) {
      all.add(Message.system(system));
    }
    all.addAll(turns);
    return all;
  }

  /** Takes back the last answer, if the last turn is one. */
  Optional<Message> takeAnswer() {
    boolean answered = !turns.isEmpty() && turns.getLast().role() == Message.Role.ASSISTANT;
    return answered ? Optional.of(turns.removeLast()) : Optional.empty();
  }

  /** Takes back a question that got no answer. */
  void removeQuestion() {
    turns.removeLast();
  }

  /** Forgets the oldest question and its answer; 0 turns if only the last question is left. */
  int removeOldest() {
    int oldest = 1;
    while (oldest < turns.size() - 1 && turns.get(oldest).role() != Message.Role.USER) {
      oldest++;
    }
    return forget(oldest);
  }

  /** Forgets so many of the oldest turns, but never the last; returns how many it were. */
  int forget(int count) {
    int forgotten = Math.clamp(count, 0, Math.max(0, turns.size() - 1));
    turns.subList(0, forgotten).clear();
    return forgotten;
  }

  /** Puts other messages in place of all. */
  void replace(List<Message> messages) {
    turns.clear();
    system = null;
    for (Message message : messages) {
      if (message.role() == Message.Role.SYSTEM && turns.isEmpty()) {
        system = message.content();
      } else {
        turns.add(message);
      }
    }
  }
}
