package hanok.serve.runner;

import hanok.engine.Model;
import hanok.engine.TokenConstraint;
import org.jspecify.annotations.Nullable;

final class Forms {
  Forms(Model model) {}

  @Nullable TokenConstraint constraint(Form form) {
    return null;
  }
}
