package hanok.train.run;

import hanok.token.Prompt;
import hanok.token.Tokenizer;
import hanok.train.Learner;
import hanok.train.watch.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;

/**
 * Prompts that a model continues while it learns, always with the likeliest token. Every token
 * computes all before it anew, so they should be few and short.
 *
 * @param prompts as people read them, and as the model does
 * @param tokens of a continuation, at most
 */
public record Samples(Tokenizer tokenizer, SequencedMap<String, Prompt> prompts, int tokens) {

  List<Sample> take(Learner learner, long step) {
    List<Sample> samples = new ArrayList<>();
    prompts.forEach(
        (text, prompt) -> samples.add(new Sample(step, text, continued(learner, prompt))));
    return samples;
  }

  private String continued(Learner learner, Prompt prompt) {
    int[] ids = tokenizer.encode(prompt);
    int begun = ids.length;
    int most = Math.min(begun + tokens, learner.config().context());
    while (ids.length < most) {
      int next = learner.next(ids);
      if (tokenizer.isEndOfGeneration(next)) {
        break;
      }
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = next;
    }
    return tokenizer.decode(Arrays.copyOfRange(ids, begun, ids.length));
  }
}
