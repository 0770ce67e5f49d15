package hanok.train.data;

import hanok.train.Batch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The rows of {@link Chats}, epoch after epoch. An epoch's rows follow from the seed and its
 * number.
 */
final class PackedChats implements BatchStream {
  private final Chats chats;
  private final long seed;
  private final String data;
  private final long rowsPerEpoch;
  private long rowsBefore; // of earlier epochs
  private long epoch;
  private int nextRow;
  private List<EncodedChat> read = List.of();
  private List<List<Integer>> rows = List.of();

  PackedChats(Chats chats, long seed) {
    this.chats = chats;
    this.seed = seed;
    data = "chats %016x".formatted(Mix.bits(chats.fingerprint(), seed));
    begin(0);
    rowsPerEpoch = rows.size();
  }

  /** Chooses, shuffles and packs the conversations of an epoch. */
  private void begin(long number) {
    epoch = number;
    nextRow = 0;
    Random random = new Random(Mix.bits(seed, number));
    read = new ArrayList<>();
    for (int s = 0; s < chats.sources().size(); s++) {
      addSource(chats.train().get(s), chats.sources().get(s).weight(), random);
    }
    Collections.shuffle(read, random);
    rows = new ArrayList<>(chats.pack(read));
    Collections.shuffle(rows, random);
  }

  private void addSource(List<EncodedChat> source, double weight, Random random) {
    int whole = (int) weight;
    for (int i = 0; i < whole; i++) {
      read.addAll(source);
    }
    int part = (int) Math.round((weight - whole) * source.size());
    if (part == 0 && whole == 0 && !source.isEmpty()) {
      part = 1; // a source that was asked for is in every epoch, and no epoch is empty
    }
    List<EncodedChat> shuffled = new ArrayList<>(source);
    Collections.shuffle(shuffled, random);
    read.addAll(shuffled.subList(0, part));
  }

  @Override
  public int length() {
    return chats.length();
  }

  @Override
  public long rowsPerEpoch() {
    return rowsPerEpoch;
  }

  @Override
  public Batch next(int count) {
    List<EncodedChat> some = new ArrayList<>();
    List<List<Integer>> packed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (nextRow == rows.size()) {
        rowsBefore += rows.size();
        begin(epoch + 1);
      }
      List<Integer> row = new ArrayList<>();
      for (int index : rows.get(nextRow)) {
        row.add(some.size());
        some.add(read.get(index));
      }
      packed.add(row);
      nextRow++;
    }
    return chats.batch(some, packed);
  }

  @Override
  public double epochs() {
    return epoch + (double) nextRow / rows.size();
  }

  @Override
  public DataState state() {
    return new DataState(List.of(rowsBefore + nextRow), data);
  }

  @Override
  public void restore(DataState state) {
    state.require(data, 1);
    long taken = state.taken().getFirst();
    rowsBefore = 0;
    begin(0);
    while (rowsBefore + rows.size() < taken) {
      rowsBefore += rows.size();
      begin(epoch + 1);
    }
    nextRow = (int) (taken - rowsBefore);
  }
}
