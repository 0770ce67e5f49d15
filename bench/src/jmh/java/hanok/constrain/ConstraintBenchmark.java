package hanok.constrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.token.Tokenizer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an answer of a given form costs: a schema, the first look at a place, and a token. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConstraintBenchmark {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["name", "bio", "age", "tags", "mail"], "properties": {
        "name": {"type": "string"}, "bio": {"type": "string", "maxLength": 200},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
        "mail": {"type": "string", "pattern": "^\\\\S+@\\\\S+$"}}}\
      """;
  private static final String ANSWER =
      "{\"name\": \"홍길동\", \"bio\": \"나는 오늘 아침에 학교에 갔다 그리고 친구와 함께 점심을 먹었다\", "
          + "\"age\": 42, \"tags\": [\"서울\", \"학교\"], \"mail\": \"gildong@example.com\"}";

  /** A GGUF file whose vocabulary is taken; empty for a made-up one of 102,400. */
  @Param("")
  public String vocabulary;

  private final JsonNode schema = JsonMapper.shared().readTree(SCHEMA);
  private final Grammar grammar = Grammar.ofSchema(schema);
  private TokenTrie trie;
  private TokenGrammar warm;
  private int[] answer;
  private Configuration inString;

  @Setup
  public void make() {
    Tokenizer tokenizer =
        vocabulary.isEmpty()
            ? new MadeUpVocabulary().tokenizer()
            : Tokenizer.load(Path.of(vocabulary));
    trie = TokenTrie.of(tokenizer);
    warm = new TokenGrammar(grammar, trie);
    answer = tokenizer.encode(ANSWER);
    Configurations follow = warm.configurations();
    inString = follow.step(follow.start(), "{\"name\":\"a".getBytes(UTF_8));
  }

  @Benchmark
  public Grammar compile() {
    return Grammar.ofSchema(schema);
  }

  /** The worst place, inside a free string, seen for the first time. */
  @Benchmark
  public long[] firstLook() {
    return new TokenGrammar(grammar, trie).tokens(inString);
  }

  @Benchmark
  public long[] secondLook() {
    return warm.tokens(inString);
  }

  /** A whole answer of a grammar that nobody has used yet. */
  @Benchmark
  public boolean firstAnswer() {
    return answer(new TokenGrammar(grammar, trie));
  }

  @Benchmark
  public boolean nextAnswer() {
    return answer(warm);
  }

  private boolean answer(TokenGrammar of) {
    Constraint constraint = of.start();
    for (int id : answer) {
      constraint.accept(id);
    }
    return constraint.mustEnd();
  }
}
