package hanok.cli;

import hanok.console.Json;
import hanok.console.ProgressBar;
import hanok.console.Sizes;
import hanok.store.PullProgress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a pull or a create has come: a line a step and a bar below it; the line only, where
 * nobody watches; or an object a line, for scripts, as Ollama's server sends them.
 */
final class StatusLines implements Consumer<PullProgress> {
  private final Hanok hanok;
  private String status = "";
  private @Nullable ProgressBar bar;

  StatusLines(Hanok hanok) {
    this.hanok = hanok;
  }

  @Override
  public void accept(PullProgress event) {
    if (hanok.json()) {
      hanok.io().out().println(json(event));
      hanok.io().out().flush();
      return;
    }
    if (!event.status().equals(status)) {
      status = event.status();
      bar = null;
      if (!hanok.quiet()) {
        String size = event.total() == 0 ? "" : "  " + Sizes.text(event.total());
        hanok.io().err().println(status + size);
      }
    }
    if (event.total() > 0) {
      bar = bar == null ? new ProgressBar(hanok) : bar;
      bar.report(event.completed(), event.total());
    }
  }

  private static String json(PullProgress event) {
    var node = Json.object().put("status", event.status());
    if (event.total() > 0) {
      if (!event.digest().isEmpty()) {
        node.put("digest", event.digest());
      }
      node.put("total", event.total()).put("completed", event.completed());
    }
    return node.toString();
  }
}
