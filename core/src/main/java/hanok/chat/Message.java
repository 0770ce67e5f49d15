package hanok.chat;

/**
 * One turn of a conversation.
 *
 * @param content what was said, exactly; it never turns into control tokens, whatever it spells
 */
public record Message(Role role, String content) {

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT;

    /**
     * The role's name in chat templates and in JSON: {@code system}, {@code user}, {@code
     * assistant}.
     */
    public String label() {
      return switch (this) {
        case SYSTEM -> "system";
        case USER -> "user";
        case ASSISTANT -> "assistant";
      };
    }

    /**
     * The role with this label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Role of(String label) {
      for (Role role : values()) {
        if (role.label().equals(label)) {
          return role;
        }
      }
      throw new IllegalArgumentException(
          "role must be system, user or assistant, got \"" + label + "\"");
    }
  }

  public static Message system(String content) {
    return new Message(Role.SYSTEM, content);
  }

  public static Message user(String content) {
    return new Message(Role.USER, content);
  }

  public static Message assistant(String content) {
    return new Message(Role.ASSISTANT, content);
  }
}
