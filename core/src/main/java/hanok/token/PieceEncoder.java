package hanok.token;

import java.util.BitSet;

/** Turns the bytes of one piece into ids. */
sealed interface PieceEncoder permits Backtracking, Bpe {

  /** Appends the ids of {@code text[from, to)}, which is one byte at least. */
  void encode(byte[] text, int from, int to, IdBuffer out, Scratch scratch);

  /** The ids of tokens whose bytes are known to become the token, and no others. */
  BitSet made();
}
