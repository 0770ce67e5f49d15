import hanok.chat.Message;
import hanok.engine.Generation;
import hanok.engine.Model;
import hanok.engine.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat in thirty lines, to show the library:
 *
 * <pre>java -p cli/target/lib --add-modules hanok.engine examples/Chat.java MODEL.gguf</pre>
 */
void main(String[] args) {
  try (Model model = Model.load(Path.of(args[0]))) {
    Session session = model.newSession(Math.min(4096, model.config().context()));
    List<Message> messages = new ArrayList<>();
    for (String line = IO.readln("> "); line != null; line = IO.readln("\n> ")) {
      messages.add(Message.user(line));
      var prompt = model.chatTemplate().orElseThrow().render(messages, true);
      var request =
          new Generation.Request(
              model.tokenizer().encode(prompt), model.samplerDefaults(), 256, List.of());
      var answer = Generation.run(model, session, request, IO::print, () -> false);
      messages.add(Message.assistant(answer.text()));
    }
  }
}
