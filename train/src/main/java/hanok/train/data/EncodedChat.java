package hanok.train.data;

import java.util.BitSet;

/**
 * A conversation as token ids.
 *
 * @param ids up to and with the end of the last answer
 * @param learned which of them are learned: those of answers, and the ends of these
 * @param answers how many there are
 */
record EncodedChat(int[] ids, BitSet learned, int answers) {

  /** Columns that it takes in a row: the last token is a target only. */
  int columns() {
    return ids.length - 1;
  }

  /** Puts it into a row, as a document of its own with positions from 0. */
  void fill(BatchBuilder into, int row, int column, int document) {
    for (int i = 0; i < columns(); i++) {
      float weight = learned.get(i + 1) ? 1 : 0;
      into.put(row, column + i, ids[i], ids[i + 1], weight, i, document);
    }
  }
}
