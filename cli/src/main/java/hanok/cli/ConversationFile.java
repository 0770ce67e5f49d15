package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.chat.Message;
import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.console.Json;
import hanok.gguf.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conversation on the disk, as {@code {"model": …, "messages": [{"role": …, "content": …}]}}:
 * what chat programs and training data usually look like.
 */
final class ConversationFile {
  private ConversationFile() {}

  static void save(Path file, String model, Conversation conversation) {
    ObjectNode root = Json.object();
    root.put("model", model);
    ArrayNode messages = root.putArray("messages");
    for (Message message : conversation.messages()) {
      messages.addObject().put("role", message.role().label()).put("content", message.content());
    }
    AtomicFile.write(file, (root.toPrettyString() + "\n").getBytes(UTF_8));
  }

  static List<Message> load(Path file) {
    JsonNode root;
    try {
      root = Json.read(file, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!root.path("messages").isArray()) {
      throw new Failure(ExitCode.FAILURE, "chat.notAConversation", file);
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : root.path("messages")) {
      if (!message.path("role").isString() || !message.path("content").isString()) {
        throw new Failure(ExitCode.FAILURE, "chat.notAConversation", file);
      }
      Message.Role role = Message.Role.of(message.path("role").stringValue());
      messages.add(new Message(role, message.path("content").stringValue()));
    }
    return messages;
  }
}
