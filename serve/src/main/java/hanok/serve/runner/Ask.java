package hanok.serve.runner;

import hanok.engine.Generation;

/**
 * An answer that is wanted.
 *
 * @param prompt token ids
 * @param topLogprobs how many likely tokens to tell of; -1 for no probabilities
 */
public record Ask(int[] prompt, RunOptions options, Form form, int topLogprobs) {

  /**
   * In the engine's words.
   *
   * @throws hanok.serve.api.ApiException if the prompt leaves no room, or the form is impossible
   */
  public Generation.Request request(Runner runner) {
    return new Generation.Request(
        prompt,
        options.sampling(),
        options.answerTokens(prompt.length),
        options.stop(),
        true,
        runner.forms().constraint(form),
        topLogprobs);
  }
}
