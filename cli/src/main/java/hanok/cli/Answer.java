package hanok.cli;

import hanok.engine.FinishReason;

/**
 * What a {@link Partner} has said.
 *
 * @param dropped the oldest turns, which no longer fitted and were left out
 */
record Answer(String text, FinishReason reason, int dropped, Timing timing) {}
