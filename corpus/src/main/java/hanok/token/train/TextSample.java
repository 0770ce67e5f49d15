package hanok.token.train;

import hanok.corpus.Document;
import hanok.token.PieceScanner;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * As many documents as have a number of bytes together, drawn at random from a stream of unknown
 * length: each gets a number from the seed, and those with the lowest numbers stay. The same
 * documents and seed give the same sample.
 */
public final class TextSample {
  private record Drawn(long lot, long place, int bytes, Document document) {}

  private final long bytesMax;
  private final SplittableRandom random;
  private final PriorityQueue<Drawn> kept =
      new PriorityQueue<>(
          Comparator.comparingLong(Drawn::lot).thenComparingLong(Drawn::place).reversed());
  private long lotsMax = Long.MAX_VALUE;
  private long places;
  private long bytes;

  /**
   * @param bytesMax of UTF-8 that the documents have at most; one document is kept in any case
   */
  public TextSample(long bytesMax, long seed) {
    if (bytesMax < 1) {
      throw new IllegalArgumentException("a sample of %d bytes is none".formatted(bytesMax));
    }
    this.bytesMax = bytesMax;
    random = new SplittableRandom(seed);
  }

  /** Draws for one more document. */
  public void add(Document document) {
    long lot = random.nextLong();
    long place = places++;
    if (lot >= lotsMax) {
      return; // whatever its size: else small documents would fill up what large ones leave
    }
    int length = PieceScanner.utf8(document.text()).length;
    kept.add(new Drawn(lot, place, length, document));
    bytes += length;
    while (bytes > bytesMax && kept.size() > 1) {
      Drawn last = kept.remove();
      bytes -= last.bytes();
      lotsMax = last.lot();
    }
  }

  /** How many bytes the sample has. */
  public long bytes() {
    return bytes;
  }

  /** How many documents there were to draw from. */
  public long documentsSeen() {
    return places;
  }

  /** The sample, in the order that the documents came. */
  public List<Document> documents() {
    return kept.stream()
        .sorted(Comparator.comparingLong(Drawn::place))
        .map(Drawn::document)
        .toList();
  }
}
