package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A {@link Comparison} for programs in JSON, and for people as a page of HTML. */
public record ComparisonReport(ComparedText text, Comparison comparison) {

  /** One object; what there is nothing to measure for is null. */
  public String json() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    ObjectNode source = root.putObject("text");
    ArrayNode files = source.putArray("files");
    text.files().forEach(files::add);
    if (text.bytesMax() != null) {
      source.put("limit_bytes", text.bytesMax());
      source.put("seed", text.seed());
    }
    ArrayNode tokenizers = root.putArray("tokenizers");
    for (Comparison.Entry entry : comparison.entries()) {
      ObjectNode node = tokenizers.addObject();
      node.put("name", entry.name());
      node.put("vocab", entry.vocab());
      ObjectNode languages = node.putObject("languages");
      for (Map.Entry<String, Score> language : entry.languages().entrySet()) {
        languages.set(language.getKey(), score(language.getValue()));
      }
      node.set("total", score(entry.total()));
    }
    ArrayNode overlaps = root.putArray("overlaps");
    for (Comparison.Overlap overlap : comparison.overlaps()) {
      ObjectNode node = overlaps.addObject();
      node.put("first", overlap.first());
      node.put("second", overlap.second());
      node.put("common", overlap.common());
      node.put("either", overlap.either());
      node.put("jaccard", overlap.jaccard());
    }
    return root.toString();
  }

  private static ObjectNode score(Score score) {
    ObjectNode node = JsonMapper.shared().createObjectNode();
    node.put("documents", score.documents());
    node.put("bytes", score.bytes());
    node.put("characters", score.characters());
    node.put("words", score.words());
    node.put("tokens", score.tokens());
    node.put("ids_used", score.idsUsed());
    node.put("token_cuts", score.tokenCuts());
    node.put("morpheme_cuts", score.morphemeCuts());
    for (Metric metric : Metric.values()) {
      double value = metric.of(score);
      if (Double.isNaN(value)) {
        node.putNull(metric.key());
      } else if (metric == Metric.ROUND_TRIP_FAILURES) {
        node.put(metric.key(), score.roundTripFailures());
      } else {
        node.put(metric.key(), value);
      }
    }
    return node;
  }

  /** A page that needs nothing else: no script, no font and no picture from elsewhere. */
  public byte[] html() {
    return new ComparisonHtml(text, comparison).page().getBytes(UTF_8);
  }
}
