package hanok.cli;

import hanok.console.ExitCode;
import hanok.console.Json;
import hanok.store.Licence;
import hanok.store.Licences;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code licence}: what EXAONE's licence asks for, and what was accepted. */
@Command(name = "licence", aliases = "license")
final class LicenceCommand implements Callable<Integer> {
  @ParentCommand Hanok hanok;

  @Option(names = "--accept")
  boolean accept;

  @Override
  public Integer call() {
    Licences licences = Licences.open(hanok.paths(), hanok.io().environment());
    Licence licence = Licence.EXAONE;
    if (accept && !licences.isAccepted(licence)) {
      licences.accept(licence, "");
    }
    if (hanok.json()) {
      hanok.io().out().println(json(licence, licences));
      return ExitCode.OK;
    }
    hanok.io().out().println(licence.summary());
    for (Licences.Acceptance acceptance : licences.accepted()) {
      String model = acceptance.model().isEmpty() ? "*" : acceptance.model();
      hanok
          .io()
          .out()
          .println(
              hanok
                  .messages()
                  .text("licence.accepted", acceptance.licence(), acceptance.date(), model));
    }
    if (!licences.isAccepted(licence)) {
      hanok.io().out().println(hanok.messages().text("licence.notAccepted", licence.id()));
    }
    return ExitCode.OK;
  }

  private static ObjectNode json(Licence licence, Licences licences) {
    ObjectNode root = Json.object();
    root.put("licence", licence.id()).put("title", licence.title());
    root.put("summary_en", licence.english()).put("summary_ko", licence.korean());
    root.put("accepted", licences.isAccepted(licence));
    ArrayNode all = root.putArray("acceptances");
    for (Licences.Acceptance acceptance : licences.accepted()) {
      all.addObject()
          .put("licence", acceptance.licence())
          .put("sha256", acceptance.sha256())
          .put("date", acceptance.date())
          .put("model", acceptance.model());
    }
    return root;
  }
}
