package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.store.ModelName;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/**
 * {@code chat [MODEL] [QUESTION]}: a conversation in the terminal; with a question, one answer.
 * Without a model it is with the small one that comes with Hanok.
 */
@Command(name = "chat")
final class Chat implements Callable<Integer> {
  @ParentCommand Hanok hanok;
  @Mixin PartnerOptions options = new PartnerOptions();

  @Parameters(index = "0..*", arity = "0..*", paramLabel = "[MODEL] [QUESTION]")
  List<String> words = List.of();

  @Option(names = "--system", paramLabel = "TEXT")
  @Nullable String system;

  @Override
  public Integer call() {
    boolean named = !words.isEmpty() && namesModel(words.getFirst());
    String name = named ? words.getFirst() : shipped();
    String question = String.join(" ", named ? words.subList(1, words.size()) : words);
    return question.isBlank()
        ? Repl.talk(hanok, options, name, system)
        : new OneAnswer(hanok, options, name, system, false, false).to(question);
  }

  /** Whether a word is there as a model, or looks like one that is not: then that is said. */
  private boolean namesModel(String word) {
    if (ChosenModel.isPath(word)
        || ChosenModel.path(word).filter(Files::exists).isPresent()
        || options.isRemote(word, hanok)) {
      return true;
    }
    try {
      ModelName name = ModelName.parse(word);
      return words.size() == 1 && word.matches(".*[0-9:/._-].*")
          || hanok.store().find(name).isPresent();
    } catch (IllegalArgumentException e) {
      return false; // what cannot be a name is a question
    }
  }

  private static String shipped() {
    return Shipped.file()
        .orElseThrow(() -> new Failure(ExitCode.NOT_FOUND, "chat.noModel"))
        .toString();
  }
}
