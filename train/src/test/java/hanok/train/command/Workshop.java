package hanok.train.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import hanok.console.Io;
import hanok.console.Messages;
import hanok.console.Program;
import hanok.corpus.DocumentOptions;
import hanok.model.Progress;
import hanok.token.train.BpeTrainer;
import hanok.token.train.Layout;
import hanok.token.train.PieceCounter;
import hanok.token.train.PieceCounts;
import hanok.token.train.TokenizerFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A folder with text, a tokenizer, shards and chats, small enough to learn from in a test. */
final class Workshop {
  private static final String[][] WORDS = {
    {"고양이가", "강아지가", "아이가", "the cat", "a child", "my friend"},
    {"작은", "큰", "오래된", "small", "old", "green"},
    {"나무를", "집을", "책을", "a tree", "the house", "this book"},
    {"봅니다.", "좋아합니다.", "그립니다.", "sees.", "likes.", "draws."},
  };

  final Path folder;

  Workshop(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("story.txt"), sentences(1, 600));
    Path tokenizer = folder.resolve("tokenizer");
    PieceCounts counts =
        new PieceCounter(
                List.of(folder.resolve("story.txt")),
                new PieceCounts.Cut("exaone", Layout.EXAONE.literals(), DocumentOptions.DEFAULT),
                1,
                null)
            .count(Progress.NONE, () -> false);
    TokenizerFolder target = new TokenizerFolder(tokenizer);
    target.prepare(false);
    target.write(
        BpeTrainer.builder().vocabSize(700).layout(Layout.EXAONE).build().train(counts), counts, 0);
    StringBuilder documents = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      documents.append("{\"text\": \"%s\", \"lang\": \"ko\"}\n".formatted(sentences(i + 2, 8)));
    }
    Files.writeString(folder.resolve("text.jsonl"), documents);
    assertThat(
            run(
                "train",
                "tokenize",
                "--tokenizer",
                tokenizer.toString(),
                "--text",
                folder.resolve("text.jsonl").toString(),
                "--out",
                folder.resolve("tokens").toString(),
                "--held-out",
                "0.2"))
        .isZero();
  }

  static String sentences(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (String[] choice : WORDS) {
        text.append(choice[random.nextInt(choice.length)]).append(' ');
      }
    }
    return text.toString().strip();
  }

  /** Settings of a run of so many steps, which is saved after every {@code every}. */
  Path pretrain(String name, int steps, int every) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        """
        out: %1$s/%2$s
        tokenizer: %1$s/tokenizer
        model: {layers: 2, dim: 32, heads: 2, kv_heads: 1, ffn_dim: 48, context: 64}
        data:
          train: [{path: %1$s/tokens/train}]
          valid: [%1$s/tokens/valid]
        batch: {tokens: 128, micro_rows: 2, length: 32}
        steps: %3$d
        optimizer: {learning_rate: 0.01}
        schedule: {kind: cosine, warmup: 2}
        compute: {device: cpu, precision: fp32, threads: 1}
        checkpoint: {every: %4$d, keep: 2}
        eval: {every: 10, rows: 4, prompts: ["the cat"], sample_tokens: 4}
        """
            .formatted(folder, name, steps, every));
  }

  /** Runs a command line of this room. */
  int run(String... arguments) {
    return run(new ByteArrayOutputStream(), arguments);
  }

  /** Runs a command line and keeps what it says to its user. */
  int run(ByteArrayOutputStream said, String... arguments) {
    return Program.run(arguments, io(said), Train.class, Train::new);
  }

  /** The program, for a look at its commands. */
  Program program(String... arguments) {
    Io io = io(new ByteArrayOutputStream());
    return new Train(io, Messages.of(Train.class, List.of(arguments), io.environment()));
  }

  private static Io io(ByteArrayOutputStream said) {
    PrintStream out = new PrintStream(said, true, UTF_8);
    Map<String, String> environment = Map.of("LANG", "en_US.UTF-8");
    return new Io(InputStream.nullInputStream(), out, out, false, false, environment);
  }
}
