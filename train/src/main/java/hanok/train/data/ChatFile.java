package hanok.train.data;

import hanok.chat.Message;
import hanok.gguf.MalformedModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Conversations, one a line of JSON: {@code {"messages": [{"role": "user", "content": "…"}, …]}},
 * also with {@code .gz}. What else a line says is passed over.
 */
final class ChatFile {
  private final Path file;
  private int line;

  private ChatFile(Path file) {
    this.file = file;
  }

  /**
   * Hands out the conversations of a file, in its order.
   *
   * @throws MalformedModelException with the line, if one is no conversation
   * @throws UncheckedIOException if the file cannot be read
   */
  static void read(Path file, Consumer<List<Message>> visitor) {
    new ChatFile(file).readAll(visitor);
  }

  private void readAll(Consumer<List<Message>> visitor) {
    try (BufferedReader lines = TextInput.reader(file)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        line++;
        if (!text.isBlank()) {
          visitor.accept(chat(text));
        }
      }
    } catch (CharacterCodingException e) {
      line++;
      throw malformed("is not UTF-8");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Message> chat(String text) {
    JsonNode messages;
    try {
      messages = JsonMapper.shared().readTree(text).path("messages");
    } catch (JacksonException e) {
      throw malformed("is not JSON: " + e.getOriginalMessage());
    }
    if (!messages.isArray()) {
      throw malformed("has no list \"messages\"");
    }
    List<Message> chat = new ArrayList<>();
    for (JsonNode message : messages) {
      chat.add(message(message));
    }
    return chat;
  }

  private Message message(JsonNode message) {
    JsonNode role = message.path("role");
    JsonNode content = message.path("content");
    if (!role.isString() || !content.isString()) {
      throw malformed("has a message whose \"role\" and \"content\" are not both strings");
    }
    try {
      // Composed, as every tokenizer that composes will have it, so that both count equal bytes.
      String composed = Normalizer.normalize(content.asString(), Normalizer.Form.NFC);
      return new Message(Message.Role.of(role.asString()), composed);
    } catch (IllegalArgumentException e) {
      throw malformed("has a message whose " + e.getMessage());
    }
  }

  private MalformedModelException malformed(String reason) {
    return new MalformedModelException(
        file, MalformedModelException.NOWHERE, "line %d %s".formatted(line, reason));
  }
}
