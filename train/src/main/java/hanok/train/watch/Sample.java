package hanok.train.watch;

/**
 * What the model said at a step.
 *
 * @param step of the optimiser, counted from 1
 */
public record Sample(long step, String prompt, String text) {}
