package hanok.serve.runner;

import hanok.constrain.GrammarCache;
import hanok.constrain.TokenGrammar;
import hanok.constrain.TokenTrie;
import hanok.constrain.Tool;
import hanok.engine.Model;
import hanok.engine.TokenConstraint;
import hanok.serve.api.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps answers of one model in form; the grammars that were used last are kept ready. */
final class Forms {
  private static final int GRAMMARS_MAX = 16;

  private final Model model;
  private @Nullable GrammarCache grammars; // made when first needed

  Forms(Model model) {
    this.model = model;
  }

  /**
   * What keeps one answer in form; null for any text.
   *
   * @throws ApiException if the form cannot be kept
   */
  @Nullable TokenConstraint constraint(Form form) {
    try {
      return form instanceof Form.Text ? null : grammar(form).start();
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private synchronized GrammarCache grammars() {
    GrammarCache made = grammars;
    if (made == null) {
      made = new GrammarCache(TokenTrie.of(model.tokenizer()), GRAMMARS_MAX);
      grammars = made;
    }
    return made;
  }

  private TokenGrammar grammar(Form form) {
    return switch (form) {
      case Form.Text _ -> throw new AssertionError();
      case Form.Json _ -> grammars().json();
      case Form.Schema schema -> grammars().ofSchema(schema.schema());
      case Form.Call call -> {
        List<Tool> tools =
            call.tools().functions().stream().map(f -> new Tool(f.name(), f.parameters())).toList();
        yield call.tools().choice() == Tools.Choice.REQUIRED
            ? grammars().call(tools)
            : grammars().textOrCall(tools);
      }
    };
  }
}
