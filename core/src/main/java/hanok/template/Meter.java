package hanok.template;

/**
 * How much a template may still do. A step is about one operation, well below a microsecond, so
 * the limit on steps is one on time; characters that are written or searched count as well, so it
 * is one on memory too. What goes beyond ends in a {@link Fault}.
 */
final class Meter {
  /** Characters of a template's source. */
  static final int SOURCE_MAX = 1 << 20;

  /** Steps of one rendering. */
  static final long STEPS_MAX = 4_000_000;

  /** Characters that one rendering may write, copy or search, in all. */
  static final long CHARACTERS_MAX = 1L << 26;

  /** Characters of one text. */
  static final int TEXT_MAX = 1 << 22;

  /** Elements of one list, and of a range. */
  static final int ITEMS_MAX = 100_000;

  /** How deep expressions, blocks and calls of macros may nest, in all, while a template runs. */
  static final int DEPTH_MAX = 400;

  /** How deep brackets and blocks may nest in a template's source. */
  static final int SOURCE_DEPTH_MAX = 100;

  /** How deep lists and dictionaries may nest in one value. */
  static final int VALUE_DEPTH_MAX = 100;

  private final int depthMax;
  private long steps;
  private long characters;
  private int depth;

  private Meter(int depthMax) {
    this.depthMax = depthMax;
  }

  /** A meter for reading a template. */
  static Meter ofSource(String source) {
    if (source.length() > SOURCE_MAX) {
      throw new Fault(
          "a template may have %d characters, this has %d".formatted(SOURCE_MAX, source.length()));
    }
    return new Meter(SOURCE_DEPTH_MAX);
  }

  /** A meter for running a template once. */
  static Meter ofRun() {
    return new Meter(DEPTH_MAX);
  }

  void step() {
    step(1);
  }

  void step(long count) {
    steps += count;
    if (steps > STEPS_MAX) {
      throw new Fault("the template takes more than %d steps".formatted(STEPS_MAX));
    }
  }

  /** Counts characters that are about to be written or read. */
  void characters(long count) {
    characters += count;
    if (characters > CHARACTERS_MAX) {
      throw new Fault("the template handles more than %d characters".formatted(CHARACTERS_MAX));
    }
  }

  /** Counts the search of a text for another, which takes the product of both at worst. */
  void search(int length, int wanted) {
    characters(length + (long) length * wanted / 16);
  }

  void enter() {
    depth++;
    if (depth > depthMax) {
      throw new Fault("the template nests deeper than %d levels".formatted(depthMax));
    }
  }

  void leave() {
    depth--;
  }
}
