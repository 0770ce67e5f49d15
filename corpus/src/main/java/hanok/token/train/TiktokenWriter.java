package hanok.token.train;

import static java.nio.charset.StandardCharsets.US_ASCII;

import hanok.gguf.AtomicFile;
import java.io.BufferedOutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Base64;

/** Writes tiktoken's ranks: a token a line, its bytes in Base64 and its id. Only learned tokens. */
final class TiktokenWriter {
  private TiktokenWriter() {}

  static void write(TrainedTokenizer tokenizer, Path path) {
    AtomicFile.write(
        path,
        file -> {
          BufferedOutputStream out =
              new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
          Base64.Encoder base64 = Base64.getEncoder();
          for (int id = tokenizer.lexicon().reserved(); id < tokenizer.vocab(); id++) {
            out.write(base64.encode(tokenizer.lexicon().bytes(id)));
            out.write((" " + id + "\n").getBytes(US_ASCII));
          }
          out.flush();
        });
  }
}
