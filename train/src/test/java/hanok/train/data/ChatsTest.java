package hanok.train.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hanok.chat.ChatTemplate;
import hanok.chat.Message;
import hanok.gguf.MalformedModelException;
import hanok.token.Tokenizer;
import hanok.train.Batch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ChatsTest {
  private static final Tokenizer TOKENIZER = Samples.EXAONE;
  private static final int END = TOKENIZER.id("[|endofturn|]").orElseThrow();
  private static final ChatEncoder ENCODER = new ChatEncoder(TOKENIZER);

  @TempDir Path folder;

  private static List<Message> chat(Random random, int turns) {
    List<Message> chat = new ArrayList<>();
    if (random.nextBoolean()) {
      chat.add(Message.system(said(random)));
    }
    for (int i = 0; i < turns; i++) {
      chat.add(Message.user(said(random)));
      if (random.nextInt(8) != 0) {
        chat.add(Message.assistant(said(random)));
      }
    }
    return chat;
  }

  /** Anything, or nothing, or a beginning that a tokenizer would join with a marker before it. */
  private static String said(Random random) {
    String[] beginnings = {
      "", "", "", "]", "|]", "\n", "**", " ", "[|assistant|]", "[|endofturn|]"
    };
    String text = beginnings[random.nextInt(beginnings.length)];
    text += random.nextInt(6) == 0 ? "" : Samples.text(random, 1 + random.nextInt(12));
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static EncodedChat encoded(List<Message> chat, int tokensMax) {
    return requireNonNull(ENCODER.encode(chat, tokensMax));
  }

  /** The bytes of what is rendered, and for each whether it belongs to an answer or its end. */
  private static boolean[] learnedBytes(List<Message> chat, ByteArrayOutputStream text) {
    List<Boolean> learned = new ArrayList<>();
    boolean system = !chat.isEmpty() && chat.getFirst().role() == Message.Role.SYSTEM;
    append(system ? "" : "[|system|][|endofturn|]\n", false, text, learned);
    for (Message message : chat) {
      boolean answer = message.role() == Message.Role.ASSISTANT;
      append("[|" + message.role().label() + "|]", false, text, learned);
      append(message.content(), answer, text, learned);
      if (message.role() != Message.Role.USER) {
        append("[|endofturn|]", answer, text, learned);
      }
      append("\n", false, text, learned);
    }
    boolean[] flags = new boolean[learned.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = learned.get(i);
    }
    return flags;
  }

  private static void append(
      String part, boolean answer, ByteArrayOutputStream text, List<Boolean> learned) {
    text.writeBytes(part.getBytes(UTF_8));
    for (int i = 0; i < part.getBytes(UTF_8).length; i++) {
      learned.add(answer);
    }
  }

  @Test
  void exactlyTheTokensOfAnswersAndTheirEndsAreLearned() {
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      List<Message> chat = chat(random, 1 + random.nextInt(5));
      EncodedChat encoded = ENCODER.encode(chat, 100_000);
      if (encoded == null) {
        assertThat(chat).noneMatch(m -> m.role() == Message.Role.ASSISTANT);
        continue;
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      boolean[] learned = learnedBytes(chat, text);
      int at = TOKENIZER.addsBos() ? -TOKENIZER.bytes(encoded.ids()[0]).length : 0;
      for (int i = 0; i < encoded.ids().length; i++) {
        byte[] bytes = TOKENIZER.bytes(encoded.ids()[i]);
        for (int b = Math.max(0, -at); b < bytes.length; b++) {
          assertThat(bytes[b]).isEqualTo(text.toByteArray()[at + b]);
          assertThat(encoded.learned().get(i))
              .as("token %d of %s", i, chat)
              .isEqualTo(learned[at + b]);
        }
        at += bytes.length;
      }
      assertThat(encoded.ids()[encoded.ids().length - 1]).isEqualTo(END);
      for (int rest = at; rest < learned.length; rest++) {
        assertThat(learned[rest]).isFalse();
      }
    }
  }

  @Test
  void endsOfTurnsArePartOfTheFormOnly() {
    List<Message> chat =
        List.of(
            Message.user("what is [|endofturn|] and [|assistant|]?"),
            Message.assistant("it is [|endofturn|], a marker"));
    int[] ids = encoded(chat, 1000).ids();
    assertThat(Arrays.stream(ids).filter(id -> id == END)).hasSize(2); // system's, and the answer's
  }

  @Test
  void aQuestionIsEncodedAsItWillBeAsked() {
    Random random = new Random(2);
    for (int round = 0; round < 200; round++) {
      List<Message> asked = List.of(Message.system(said(random)), Message.user(said(random)));
      String answer = said(random);
      List<Message> chat = new ArrayList<>(asked);
      chat.add(Message.assistant(answer));
      int[] ids = encoded(chat, 10_000).ids();
      int[] prompt = TOKENIZER.encode(ChatTemplate.exaone().render(asked, true));
      assertThat(Arrays.copyOf(ids, prompt.length)).isEqualTo(prompt);
      assertThat(TOKENIZER.decode(Arrays.copyOfRange(ids, prompt.length, ids.length)))
          .isEqualTo(answer + "[|endofturn|]");
    }
  }

  @Test
  void chatsOfPlainWordsAreEncodedAsTheTemplateHasThem() {
    Random random = new Random(3);
    for (int round = 0; round < 100; round++) {
      List<Message> chat = new ArrayList<>();
      for (int turn = 0; turn < 4; turn++) {
        chat.add(Message.user("나는 오늘 " + random.nextInt(100)));
        chat.add(Message.assistant("the quick " + random.nextInt(100)));
      }
      int[] rendered = TOKENIZER.encode(ChatTemplate.exaone().render(chat, false));
      int[] ids = encoded(chat, 10_000).ids();
      assertThat(Arrays.copyOf(rendered, ids.length)).isEqualTo(ids);
      assertThat(TOKENIZER.decode(Arrays.copyOfRange(rendered, ids.length, rendered.length)))
          .isEqualTo("\n");
    }
  }

  @Test
  void whatIsTooLongIsCutBehindAnAnswer() {
    List<Message> chat = new ArrayList<>();
    for (int turn = 0; turn < 6; turn++) {
      chat.add(Message.user("나는 오늘 아침에"));
      chat.add(Message.assistant("학교에 갔다"));
    }
    int whole = encoded(chat, 10_000).ids().length;
    int answers = 6;
    for (int max = whole; max > 0; max--) {
      EncodedChat cut = ENCODER.encode(chat, max);
      if (cut == null) {
        assertThat(encoded(chat.subList(0, 2), 10_000).ids().length).isGreaterThan(max);
        answers = 0;
        break;
      }
      assertThat(cut.answers()).isBetween(answers - 1, answers);
      answers = cut.answers();
      assertThat(cut.ids().length).isLessThanOrEqualTo(max);
      assertThat(cut.ids()).isEqualTo(encoded(chat.subList(0, 2 * answers), 10_000).ids());
      if (answers < 6) {
        assertThat(encoded(chat.subList(0, 2 * answers + 2), 10_000).ids().length)
            .isGreaterThan(max);
      }
    }
    assertThat(answers).isZero();
  }

  private Path write(String name, List<List<Message>> chats) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(file))
            : Files.newOutputStream(file)) {
      for (List<Message> chat : chats) {
        List<Map<String, String>> messages =
            chat.stream()
                .map(m -> Map.of("role", m.role().label(), "content", m.content()))
                .toList();
        out.write(JsonMapper.shared().writeValueAsBytes(Map.of("messages", messages)));
        out.write('\n');
      }
    }
    return file;
  }

  private static List<List<Message>> numbered(String name, int count) {
    List<List<Message>> chats = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chats.add(
          List.of(Message.user(name + i), Message.assistant("나는 ".repeat(i % 7) + name + "=" + i)));
    }
    return chats;
  }

  private static Chats read(int length, Chats.Source... sources) {
    return Chats.read(List.of(sources), TOKENIZER, new Chats.Settings(length, true, 0, null));
  }

  /** What the documents of a batch say, each with how often. */
  private static Map<String, Integer> said(Batch batch) {
    Map<String, Integer> counts = new HashMap<>();
    int from = 0;
    int size = batch.inputs().length;
    for (int i = 1; i <= size; i++) {
      boolean ends =
          i == size || i % batch.length() == 0 || batch.documents()[i] != batch.documents()[i - 1];
      if (ends) {
        boolean padding = true;
        for (int j = from; j < i; j++) {
          assertThat(batch.positions()[j]).isEqualTo(j - from);
          padding &= batch.weights()[j] == 0;
        }
        if (!padding) {
          int[] ids = Arrays.copyOfRange(batch.inputs(), from, i + 1);
          ids[i - from] = batch.targets()[i - 1];
          counts.merge(TOKENIZER.decode(ids), 1, Integer::sum);
        }
        from = i;
      }
    }
    return counts;
  }

  @Test
  void anEpochHasEveryChatWholeAsOftenAsItsWeightSays() throws IOException {
    Chats chats =
        read(
            160,
            new Chats.Source(write("a.jsonl", numbered("a", 50)), 1),
            new Chats.Source(write("b.jsonl.gz", numbered("b", 40)), 2.25),
            new Chats.Source(write("c.jsonl", numbered("c", 40)), 0.5));
    BatchStream stream = chats.stream(1);
    Map<Character, Map<String, Integer>> read = new HashMap<>();
    while (stream.epochs() < 1) {
      said(stream.next(1))
          .forEach((text, count) -> {
            char source = text.charAt(text.indexOf("[|user|]") + 8);
            read.computeIfAbsent(source, _ -> new HashMap<>()).merge(text, count, Integer::sum);
          });
    }
    assertThat(read.get('a')).hasSize(50).allSatisfy((_, n) -> assertThat(n).isEqualTo(1));
    assertThat(read.get('b')).hasSize(40).allSatisfy((_, n) -> assertThat(n).isBetween(2, 3));
    assertThat(requireNonNull(read.get('b')).values().stream().mapToInt(n -> n).sum())
        .isEqualTo(90);
    assertThat(read.get('c')).hasSize(20).allSatisfy((_, n) -> assertThat(n).isEqualTo(1));
    assertThat(chats.reports().getFirst().chats()).isEqualTo(50);
  }

  @Test
  void rowsDoNotDependOnHowManyAreTakenAtATime() throws IOException {
    Path file = write("a.jsonl", numbered("a", 100));
    BatchStream one = read(120, new Chats.Source(file, 1)).stream(5);
    BatchStream four = read(120, new Chats.Source(file, 1)).stream(5);
    for (int i = 0; i < 40; i++) {
      Batch together = four.next(4);
      for (int row = 0; row < 4; row++) {
        int[] inputs = Arrays.copyOfRange(together.inputs(), row * 120, (row + 1) * 120);
        assertThat(one.next(1).inputs()).isEqualTo(inputs);
      }
    }
    assertThat(one.epochs()).isGreaterThan(1).isEqualTo(four.epochs());
    assertThat(one.state()).isEqualTo(four.state());
  }

  @Test
  void aStreamGoesOnWhereItWas() throws IOException {
    Chats chats = read(120, new Chats.Source(write("a.jsonl", numbered("a", 100)), 0.7));
    BatchStream stream = chats.stream(9);
    List<DataState> states = new ArrayList<>();
    List<int[]> inputs = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      states.add(stream.state());
      inputs.add(stream.next(2).inputs());
    }
    assertThat(stream.epochs()).isGreaterThan(2);
    for (int i = 59; i >= 0; i -= 7) {
      BatchStream other = chats.stream(9);
      other.restore(states.get(i));
      for (int j = i; j < 60; j++) {
        assertThat(other.next(2).inputs()).as("%d from %d", j, i).isEqualTo(inputs.get(j));
      }
      assertThat(other.state()).isEqualTo(stream.state());
    }
    assertThatThrownBy(() -> chats.stream(10).restore(states.getFirst()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the data is not what it was");
  }

  @Test
  void epochsDiffer() throws IOException {
    Chats chats = read(120, new Chats.Source(write("a.jsonl", numbered("a", 100)), 1));
    BatchStream stream = chats.stream(9);
    int[] first = stream.next(3).inputs();
    while (stream.epochs() < 1) {
      stream.next(1);
    }
    assertThat(stream.next(3).inputs()).isNotEqualTo(first);
  }

  @Test
  void chatsThatTeachNothingAreCounted() throws IOException {
    Path eval = Files.createDirectory(folder.resolve("eval"));
    String exam = "one two three four five six seven eight nine ten eleven twelve thirteen";
    Files.writeString(eval.resolve("e.json"), "{\"q\":\"" + exam + "\"}");
    List<List<Message>> given =
        List.of(
            List.of(Message.user("a"), Message.assistant("")),
            List.of(Message.user("a")),
            List.of(),
            List.of(Message.user("a"), Message.assistant("나는 ".repeat(200))),
            List.of(Message.user(exam), Message.assistant("b")),
            List.of(
                Message.user("a"),
                Message.assistant("b"),
                Message.user("나는 ".repeat(200)),
                Message.assistant("d")));
    Path file = write("a.jsonl", given);
    var cut = new Chats.Settings(150, true, 0, EvalGrams.of(eval));
    ChatReport report =
        Chats.read(List.of(new Chats.Source(file, 1)), TOKENIZER, cut).reports().getFirst();
    assertThat(report.chats()).isEqualTo(2);
    assertThat(report.cut()).isEqualTo(1);
    assertThat(report.tooLong()).isEqualTo(1);
    assertThat(report.unanswered()).isEqualTo(2);
    assertThat(report.contaminated()).isEqualTo(1);
    assertThat(report.learned()).isEqualTo(3); // two ends, and a letter
    var whole = new Chats.Settings(150, false, 0, null);
    report = Chats.read(List.of(new Chats.Source(file, 1)), TOKENIZER, whole).reports().getFirst();
    assertThat(report.tooLong()).isEqualTo(2);
    assertThat(report.chats()).isEqualTo(2);
  }

  @Test
  void whatIsHeldOutIsNotLearned() throws IOException {
    Path file = write("a.jsonl", numbered("a", 300));
    var settings = new Chats.Settings(120, true, 0.2, null);
    Chats chats = Chats.read(List.of(new Chats.Source(file, 1)), TOKENIZER, settings);
    Map<String, Integer> held = new HashMap<>();
    for (Batch batch : requireNonNull(chats.sample(1000, 3).get("a"))) {
      said(batch).forEach((text, n) -> held.merge(text, n, Integer::sum));
    }
    assertThat((long) held.size())
        .isBetween(35L, 85L)
        .isEqualTo(chats.reports().getFirst().heldOut());
    Map<String, Integer> learned = new HashMap<>();
    BatchStream stream = chats.stream(1);
    while (stream.epochs() < 1) {
      said(stream.next(1)).forEach((text, n) -> learned.merge(text, n, Integer::sum));
    }
    assertThat(learned)
        .hasSize(300 - held.size())
        .doesNotContainKeys(held.keySet().toArray(String[]::new));
  }

  @Test
  void aBadLineIsNamed() throws IOException {
    Map<String, String> bad =
        Map.of(
            "{\"messages\": 1}", "line 2 has no list \"messages\"",
            "[1]", "line 2 has no list \"messages\"",
            "{\"messages\":[{\"role\":\"user\"}]}", "not both strings",
            "{\"messages\":[{\"role\":\"cat\",\"content\":\"\"}]}", "got \"cat\"",
            "{\"messages\"", "line 2 is not JSON");
    for (var entry : bad.entrySet()) {
      Path file = Files.writeString(folder.resolve("bad.jsonl"), "\n" + entry.getKey() + "\n");
      assertThatThrownBy(() -> read(100, new Chats.Source(file, 1)))
          .isInstanceOf(MalformedModelException.class)
          .hasMessageContaining(entry.getValue());
    }
    Path file = Files.write(folder.resolve("bad.jsonl"), new byte[] {'{', (byte) 0xFF});
    assertThatThrownBy(() -> read(100, new Chats.Source(file, 1)))
        .isInstanceOf(MalformedModelException.class)
        .hasMessageContaining("line 1 is not UTF-8");
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "");
    assertThatThrownBy(() -> read(100, new Chats.Source(empty, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no conversation of 1 files is left");
  }
}
