package hanok.serve.runner;

import hanok.constrain.Constraint;
import hanok.constrain.Grammar;
import hanok.constrain.TokenTrie;
import hanok.engine.Model;
import hanok.engine.TokenConstraint;
import hanok.serve.api.ApiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps answers of one model in form; the grammars that were used last are kept ready. */
final class Forms {
  private static final int GRAMMARS_MAX = 16;

  private final Model model;
  private @Nullable TokenTrie trie; // made when first needed
  private final Map<Form, Grammar> grammars =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Form, Grammar> eldest) {
          return size() > GRAMMARS_MAX;
        }
      };

  Forms(Model model) {
    this.model = model;
  }

  /**
   * What keeps one answer in form; null for any text.
   *
   * @throws ApiException if the form cannot be kept
   */
  @Nullable TokenConstraint constraint(Form form) {
    return form instanceof Form.Text ? null : new Constraint(grammar(form));
  }

  private Grammar grammar(Form form) {
    TokenTrie tokens = trie();
    synchronized (grammars) {
      Grammar known = grammars.get(form);
      if (known != null) {
        return known;
      }
    }
    Grammar made = checked(() -> make(form, tokens));
    synchronized (grammars) {
      grammars.put(form, made);
    }
    return made;
  }

  private synchronized TokenTrie trie() {
    TokenTrie made = trie == null ? TokenTrie.of(model.tokenizer()) : trie;
    trie = made;
    return made;
  }

  private static Grammar checked(Supplier<Grammar> make) {
    try {
      return make.get();
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private static Grammar make(Form form, TokenTrie trie) {
    return switch (form) {
      case Form.Text _ -> throw new AssertionError();
      case Form.Json _ -> Grammar.json(trie);
      case Form.Schema schema -> Grammar.ofSchema(schema.schema(), trie);
      case Form.Call call -> {
        List<Grammar.Tool> tools =
            call.tools().functions().stream()
                .map(f -> new Grammar.Tool(f.name(), f.parameters()))
                .toList();
        yield call.tools().choice() == Tools.Choice.REQUIRED
            ? Grammar.call(tools, trie)
            : Grammar.textOrCall(tools, trie);
      }
    };
  }
}
