package hanok.train.data;

import hanok.corpus.Document;
import hanok.corpus.DocumentReader;
import hanok.token.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A tokenizer and texts for tests. */
final class Samples {
  /** EXAONE's own form, with a vocabulary of a toy. */
  static final Tokenizer EXAONE = Tokenizer.load(Path.of("../golden/exaone-a-F16.gguf"));

  private static final String[] WORDS =
      ("나는 오늘 아침에 학교에 갔다. 그리고 친구와 함께 점심을 먹었다 서울 날씨 ㅋㅋ 수도는 "
              + "the quick brown fox jumps over lazy dog 123 don't 🙂 e\u0301 [|user|] [BOS]")
          .split(" ");

  private Samples() {}

  static String text(Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : random.nextInt(9) == 0 ? "\n" : " ");
      text.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  static List<Document> documents(long seed, int count) {
    Random random = new Random(seed);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = text(random, 1 + random.nextInt(60));
      documents.add(new Document(text, random.nextInt(3) == 0 ? "en" : "ko"));
    }
    return documents;
  }

  static DocumentReader reader(List<Document> documents) {
    Iterator<Document> rest = documents.iterator();
    return new DocumentReader() {
      private long read;

      @Override
      public @Nullable Document next() {
        if (!rest.hasNext()) {
          return null;
        }
        read++;
        return rest.next();
      }

      @Override
      public long bytesRead() {
        return read;
      }

      @Override
      public long bytesTotal() {
        return documents.size();
      }

      @Override
      public void close() {}
    };
  }
}
