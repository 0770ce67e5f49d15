package hanok.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BulkEncoderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void idsAreThoseOfTheTokenizer(PreTokenizer rule) throws IOException {
    for (String normalizer : List.of("null", "{\"type\":\"NFC\"}")) {
      Tokenizer tokenizer = tokenizer(rule, normalizer);
      BulkEncoder text = tokenizer.bulk(EncodeOptions.TEXT);
      BulkEncoder special = tokenizer.bulk(EncodeOptions.SPECIAL);
      Random random = new Random(30);
      for (int i = 0; i < 5000; i++) {
        String one = HuggingFaceOracleTest.randomText(random);
        assertThat(text.encode(one)).isEqualTo(tokenizer.encode(one));
        assertThat(special.encode(one)).isEqualTo(tokenizer.encode(one, EncodeOptions.SPECIAL));
      }
    }
  }

  @Test
  void rememberedPiecesAreTheSamePieces() throws IOException {
    Tokenizer tokenizer = tokenizer(PreTokenizer.EXAONE, "null");
    PieceEncoder pieces = new Pieces(merges(tokenizer), tokenizer.vocab()).best();
    PieceCache small = new PieceCache(pieces, 4); // 16 slots: pieces push each other out
    Random random = new Random(31);
    Scratch scratch = new Scratch(null);
    for (int i = 0; i < 100_000; i++) {
      byte[] text = new byte[64];
      for (int b = 0; b < text.length; b++) {
        text[b] = "학교the ".getBytes(UTF_8)[random.nextInt(10)];
      }
      int from = random.nextInt(60);
      int to = from + 1 + random.nextInt(i % 2 == 0 ? 3 : text.length - from);
      IdBuffer expected = new IdBuffer();
      IdBuffer actual = new IdBuffer();
      pieces.encode(text, from, to, expected, scratch);
      small.encode(text, from, to, actual, scratch);
      assertThat(actual.toArray()).isEqualTo(expected.toArray());
    }
  }

  @Test
  void bytesThatAreNoUtf8DecodeToThemselves() throws IOException {
    Tokenizer tokenizer = tokenizer(PreTokenizer.LLAMA3, "null");
    BulkEncoder bulk = tokenizer.bulk(EncodeOptions.TEXT);
    Random random = new Random(32);
    for (int i = 0; i < 5000; i++) {
      byte[] text = new byte[1 + random.nextInt(40)];
      random.nextBytes(text);
      int from = random.nextInt(text.length);
      int at = from;
      for (int id : bulk.encodeUtf8(text, from, text.length)) {
        for (byte b : tokenizer.bytes(id)) {
          assertThat(b).isEqualTo(text[at++]);
        }
      }
      assertThat(at).isEqualTo(text.length);
    }
    assertThatThrownBy(() -> bulk.encodeUtf8(new byte[3], 2, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** 300 kB without a place to cut, of words that the vocabulary has and of noise. */
  @ParameterizedTest
  @ValueSource(strings = {"학교친구와서울에", "thequickbrownfox", "뷁썛", "가a"})
  @Timeout(20) // tens of milliseconds; a machine under load gets much more
  void aLongPieceTakesLinearTime(String unit) throws IOException {
    Tokenizer tokenizer = tokenizer(PreTokenizer.EXAONE, "null");
    String text = unit.repeat(300_000 / unit.getBytes(UTF_8).length);
    int[] ids = tokenizer.encode(text);
    assertThat(tokenizer.decode(ids)).isEqualTo(text);
    assertThat(tokenizer.bulk(EncodeOptions.TEXT).encode(text)).isEqualTo(ids);
  }

  @Test
  void manyThreadsShareOneTokenizer() throws Exception {
    Tokenizer tokenizer = tokenizer(PreTokenizer.EXAONE, "null");
    Random random = new Random(33);
    List<String> texts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      texts.add(HuggingFaceOracleTest.randomText(random));
      expected.add(tokenizer.encode(texts.get(i)));
    }
    Callable<Void> work =
        () -> {
          BulkEncoder bulk = tokenizer.bulk(EncodeOptions.TEXT);
          for (int i = 0; i < texts.size(); i++) {
            assertThat(bulk.encode(texts.get(i))).isEqualTo(expected.get(i));
            assertThat(tokenizer.encode(texts.get(i))).isEqualTo(expected.get(i));
          }
          return null;
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Void> done : threads.invokeAll(Collections.nCopies(8, work))) {
        done.get();
      }
    }
  }

  private Tokenizer tokenizer(PreTokenizer rule, String normalizer) throws IOException {
    return Tokenizer.load(write(rule, normalizer));
  }

  private Path write(PreTokenizer rule, String normalizer) throws IOException {
    return Files.writeString(
        folder.resolve("tokenizer.json"),
        Vocabularies.json(
            HuggingFaceOracleTest.json(rule),
            normalizer,
            List.of("<|endoftext|>", "[|endofturn|]"),
            List.of("  ", "   ", "\t\t", "PI:URL")));
  }

  private Merges merges(Tokenizer tokenizer) {
    Definition definition = TokenizerJson.read(folder.resolve("tokenizer.json"));
    assertThat(definition.vocabulary().size()).isEqualTo(tokenizer.vocab());
    return Merges.read(definition.merges(), definition.vocabulary(), IllegalStateException::new);
  }
}
