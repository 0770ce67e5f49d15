package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import java.util.List;

/**
 * How a model is measured while it learns.
 *
 * @param every steps; 250 by default
 * @param rows of each language, or each file of chats; 64 by default
 * @param prompts that it continues, or answers, for people to read; none by default
 * @param sampleTokens of a continuation at most; 64 by default
 */
public record EvalSettings(Long every, Integer rows, List<String> prompts, Integer sampleTokens) {
  public static final EvalSettings DEFAULT = new EvalSettings(250L, 64, List.of(), 64);

  public EvalSettings {
    every = requireNonNullElse(every, 250L);
    rows = requireNonNullElse(rows, 64);
    prompts = prompts == null ? List.of() : List.copyOf(prompts);
    sampleTokens = requireNonNullElse(sampleTokens, 64);
    Check.atLeast("eval.every", every, 1);
    Check.atLeast("eval.rows", rows, 1);
    Check.atLeast("eval.sample_tokens", sampleTokens, 1);
  }
}
