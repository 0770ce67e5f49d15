package hanok.train.data;

import hanok.chat.Message;
import hanok.token.Tokenizer;
import hanok.train.Batch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Conversations to learn from, encoded and in memory, from one or more files. Immutable.
 *
 * @see ChatEncoder
 */
public final class Chats {

  /**
   * A file of conversations, a line of JSON each.
   *
   * @param weight how often each is read in an epoch; of 0.3, in each epoch another 30 % are read
   */
  public record Source(Path file, double weight) {
    public Source {
      if (!(weight > 0 && weight <= 1000)) {
        throw new IllegalArgumentException(
            "weight %s of %s is not in (0, 1000]".formatted(weight, file));
      }
    }
  }

  /**
   * How to read them.
   *
   * @param length of a row; a conversation has at most one token more
   * @param cut whether a longer one loses turns at its end, rather than being left out
   * @param heldOut share for validation, in {@code [0, 1)}; those that begin with the same question
   *     are on the same side
   * @param evaluation what must not be learned; null for anything goes
   */
  public record Settings(int length, boolean cut, double heldOut, @Nullable EvalGrams evaluation) {
    public Settings {
      if (length < 1) {
        throw new IllegalArgumentException("rows of %d tokens".formatted(length));
      }
      if (!(heldOut >= 0 && heldOut < 1)) {
        throw new IllegalArgumentException("heldOut %s is not in [0, 1)".formatted(heldOut));
      }
    }
  }

  private final List<Source> sources;
  private final Settings settings;
  private final int padding;
  private final List<List<EncodedChat>> train = new ArrayList<>();
  private final List<List<EncodedChat>> valid = new ArrayList<>();
  private final List<ChatReport> reports = new ArrayList<>();

  private Chats(List<Source> sources, Settings settings, int padding) {
    this.sources = List.copyOf(sources);
    this.settings = settings;
    this.padding = padding;
  }

  /**
   * Reads and encodes files.
   *
   * @throws hanok.gguf.MalformedModelException if a line is no conversation
   * @throws IllegalArgumentException if the tokenizer has no token that ends a turn, or nothing is
   *     left to learn
   */
  public static Chats read(List<Source> sources, Tokenizer tokenizer, Settings settings) {
    ChatEncoder encoder = new ChatEncoder(tokenizer);
    Chats chats = new Chats(sources, settings, tokenizer.eos().orElse(0));
    sources.forEach(source -> chats.read(source, encoder));
    if (chats.train.stream().allMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "no conversation of %d files is left to learn from: %s"
              .formatted(sources.size(), chats.reports));
    }
    return chats;
  }

  private void read(Source source, ChatEncoder encoder) {
    Sorter sorter = new Sorter(encoder, settings);
    ChatFile.read(source.file(), sorter::add);
    train.add(sorter.train);
    valid.add(sorter.valid);
    reports.add(sorter.report(source.file().getFileName().toString()));
  }

  /** Decides what becomes of each conversation of a file. */
  private static final class Sorter {
    private final ChatEncoder encoder;
    private final Settings settings;
    private final List<EncodedChat> train = new ArrayList<>();
    private final List<EncodedChat> valid = new ArrayList<>();
    private long cut;
    private long tooLong;
    private long unanswered;
    private long contaminated;
    private long tokens;
    private long learned;

    Sorter(ChatEncoder encoder, Settings settings) {
      this.encoder = encoder;
      this.settings = settings;
    }

    void add(List<Message> messages) {
      int answers = (int) messages.stream().filter(Sorter::isAnswer).count();
      if (answers == 0) {
        unanswered++;
      } else if (isContaminated(messages)) {
        contaminated++;
      } else {
        place(messages, answers);
      }
    }

    private static boolean isAnswer(Message message) {
      return message.role() == Message.Role.ASSISTANT;
    }

    private boolean isContaminated(List<Message> messages) {
      EvalGrams evaluation = settings.evaluation();
      return evaluation != null
          && messages.stream().anyMatch(message -> evaluation.hits(message.content()));
    }

    private void place(List<Message> messages, int answers) {
      EncodedChat chat = encoder.encode(messages, settings.length() + 1);
      boolean whole = chat != null && chat.answers() == answers;
      if (chat == null || !whole && !settings.cut()) {
        tooLong++;
        return;
      }
      cut += whole ? 0 : 1;
      tokens += chat.ids().length;
      learned += chat.learned().cardinality();
      boolean held = Mix.unit(Mix.bits(question(messages))) < settings.heldOut();
      (held ? valid : train).add(chat);
    }

    private static String question(List<Message> messages) {
      return messages.stream()
          .filter(message -> message.role() == Message.Role.USER)
          .findFirst()
          .orElse(messages.getFirst())
          .content();
    }

    ChatReport report(String file) {
      return new ChatReport(
          file,
          train.size() + valid.size(),
          valid.size(),
          cut,
          tooLong,
          unanswered,
          contaminated,
          tokens,
          learned);
    }
  }

  /** What became of each file. */
  public List<ChatReport> reports() {
    return List.copyOf(reports);
  }

  /**
   * Rows of packed conversations without end. In every epoch they are shuffled and packed anew;
   * each stays whole, attends to itself only, and has positions from 0.
   */
  public BatchStream stream(long seed) {
    return new PackedChats(this, seed);
  }

  /**
   * The conversations held out, packed into rows to measure a model by: for each file, by its name
   * up to the first dot.
   */
  public SequencedMap<String, List<Batch>> sample(int rowsMax, int batchRows) {
    SequencedMap<String, List<Batch>> byFile = new LinkedHashMap<>();
    for (int s = 0; s < sources.size(); s++) {
      List<EncodedChat> chats = valid.get(s);
      List<List<Integer>> packed = pack(chats);
      List<List<Integer>> rows = packed.subList(0, Math.min(rowsMax, packed.size()));
      List<Batch> batches = new ArrayList<>();
      for (int row = 0; row < rows.size(); row += batchRows) {
        batches.add(batch(chats, rows.subList(row, Math.min(rows.size(), row + batchRows))));
      }
      String file = sources.get(s).file().getFileName().toString();
      byFile.merge(file.split("\\.", 2)[0], batches, Chats::concatenated);
    }
    return byFile;
  }

  private static List<Batch> concatenated(List<Batch> a, List<Batch> b) {
    List<Batch> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  /** The indices of conversations, packed into rows. */
  List<List<Integer>> pack(List<EncodedChat> chats) {
    int[] sizes = chats.stream().mapToInt(EncodedChat::columns).toArray();
    return Packing.pack(sizes, settings.length());
  }

  /** Rows of packed conversations as a batch. */
  Batch batch(List<EncodedChat> chats, List<List<Integer>> rows) {
    BatchBuilder batch = new BatchBuilder(rows.size(), settings.length());
    for (int row = 0; row < rows.size(); row++) {
      int column = 0;
      int document = 0;
      for (int index : rows.get(row)) {
        EncodedChat chat = chats.get(index);
        chat.fill(batch, row, column, document++);
        column += chat.columns();
      }
      batch.pad(row, column, padding, document);
    }
    return batch.build();
  }

  int length() {
    return settings.length();
  }

  List<Source> sources() {
    return sources;
  }

  /** The conversations of each file that are learned from. */
  List<List<EncodedChat>> train() {
    return train;
  }

  /** Tells one choice of conversations from another. */
  long fingerprint() {
    long hash = settings.length();
    for (int s = 0; s < sources.size(); s++) {
      hash = Mix.bits(hash, Double.doubleToLongBits(sources.get(s).weight()), train.get(s).size());
      for (EncodedChat chat : train.get(s)) {
        hash = Mix.bits(hash, Arrays.hashCode(chat.ids()));
      }
    }
    return hash;
  }
}
