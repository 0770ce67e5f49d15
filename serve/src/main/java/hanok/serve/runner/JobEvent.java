package hanok.serve.runner;

import hanok.engine.Generation;
import hanok.engine.TokenChoice;
import java.util.List;

/** What is heard of an answer. */
public sealed interface JobEvent {

  /**
   * More text.
   *
   * @param tokens whose text it is, if the request asks for probabilities
   */
  record Piece(String text, List<TokenChoice> tokens) implements JobEvent {}

  /**
   * The end.
   *
   * @param tokens that gave no text
   */
  record Done(Generation.Result result, List<TokenChoice> tokens) implements JobEvent {}

  /** There is no answer, or no more of it. */
  record Failed(RuntimeException cause) implements JobEvent {}
}
