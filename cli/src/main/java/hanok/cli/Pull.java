package hanok.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.console.ExitCode;
import hanok.console.Failure;
import hanok.store.Licence;
import hanok.store.LicenceRequiredException;
import hanok.store.Licences;
import hanok.store.ModelName;
import hanok.store.PullRequest;
import hanok.store.Puller;
import hanok.store.StorePaths;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code pull NAME}: a model from Ollama's registry, another one, or the Hugging Face hub. */
@Command(name = "pull")
final class Pull implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Parameters(index = "0", paramLabel = "NAME")
  String name;

  @Option(names = {"--accept-license", "--accept-licence"})
  boolean accept;

  @Option(names = "--insecure")
  boolean insecure;

  @Override
  public Integer call() {
    Map<String, String> environment = hanok.io().environment();
    StorePaths paths = hanok.paths();
    Licences licences = Licences.open(paths, environment);
    Puller puller = Puller.of(hanok.store(), licences, environment);
    PullRequest request = new PullRequest(ModelName.parse(name), insecure, accept);
    try {
      puller.pull(request, new StatusLines(hanok), () -> false);
    } catch (LicenceRequiredException e) {
      ask(e.licence());
      puller.pull(request.withAcceptedLicence(), new StatusLines(hanok), () -> false);
    }
    return ExitCode.OK;
  }

  /** Shows a summary of the licence, and passes if somebody at the terminal accepts it. */
  private void ask(Licence licence) {
    hanok.io().err().println(licence.summary());
    if (!hanok.io().terminalIn() || hanok.json()) {
      throw new Failure(ExitCode.LICENCE, "error.licence", name, licence.title());
    }
    hanok.io().err().print(hanok.messages().text("licence.ask") + " ");
    hanok.io().err().flush();
    String answer = answer().strip().toLowerCase(Locale.ROOT);
    if (!answer.equals("y") && !answer.equals("yes") && !answer.equals("예")) {
      throw new Failure(ExitCode.LICENCE, "error.licence", name, licence.title());
    }
  }

  private String answer() {
    try {
      String line = new BufferedReader(new InputStreamReader(hanok.io().in(), UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
