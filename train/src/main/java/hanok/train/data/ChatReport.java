package hanok.train.data;

/**
 * What became of the conversations of a file.
 *
 * @param chats that are kept, those held out among them
 * @param heldOut for validation
 * @param cut of them that lost turns at their end, since they were too long
 * @param tooLong left out, since not even the first answer ends in time
 * @param unanswered left out, since nobody answers in them
 * @param contaminated left out, since they share text with an evaluation set
 * @param tokens of those that are kept
 * @param learned of these, in answers
 */
public record ChatReport(
    String file,
    long chats,
    long heldOut,
    long cut,
    long tooLong,
    long unanswered,
    long contaminated,
    long tokens,
    long learned) {}
