package hanok.train.run;

import hanok.train.EarlyStop;
import hanok.train.Guard;
import hanok.train.data.DataState;

/**
 * What a run must know to go on, beside what its {@link hanok.train.Learner} keeps.
 *
 * @param step steps of the optimiser that were taken or left out
 * @param seconds of wall clock until then
 */
public record RunState(
    long step, double seconds, DataState data, Guard.State guard, EarlyStop.State stop) {}
