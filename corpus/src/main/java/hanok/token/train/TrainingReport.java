package hanok.token.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a training tells of itself: for people in Markdown, for programs in JSON.
 *
 * @param countSeconds that counting pieces took; 0 if counts were there
 */
record TrainingReport(TrainedTokenizer tokenizer, PieceCounts counts, double countSeconds) {
  private static final int LONGEST = 30;

  private record Named(int id, String text) {}

  byte[] json() {
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(node());
  }

  ObjectNode node() {
    TrainingFacts facts = tokenizer.facts();
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("vocab", tokenizer.vocab());
    root.put("vocab_asked", facts.vocabSize());
    root.put("layout", lower(tokenizer.layout()));
    root.put("algorithm", lower(tokenizer.algorithm()));
    root.put("pre_tokenizer", tokenizer.rule());
    root.put("layout_tokens", tokenizer.layout().tokens().size());
    root.put("alphabet", tokenizer.alphabetSize());
    root.put("merges", facts.merges());
    root.put("min_frequency", facts.minFrequency());
    ObjectNode morphemes = root.putObject("morphemes");
    morphemes.put("policy", lower(facts.policy().kind()));
    morphemes.put("fraction", facts.policy().fraction());
    morphemes.put("merges_inside", facts.mergesInMorphemes());
    morphemes.put("words_cut", facts.wordsCut());
    ObjectNode seconds = root.putObject("seconds");
    seconds.put("count", rounded(countSeconds));
    seconds.put("segment", rounded(facts.segmentSeconds()));
    seconds.put("merge", rounded(facts.mergeSeconds()));
    seconds.put("threads", facts.threads());
    root.put("documents", counts.documents());
    root.put("text_bytes", counts.textBytes());
    root.put("distinct_pieces", facts.pieces());
    root.put("distinct_pieces_used", facts.piecesUsed());
    ObjectNode languages = root.putObject("languages");
    facts.compression().forEach((lang, value) -> languages.set(lang, language(lang, value)));
    ArrayNode sources = root.putArray("sources");
    for (PieceCounts.Source source : counts.sources()) {
      ObjectNode node = sources.addObject();
      node.put("file", source.name());
      node.put("bytes", source.bytes());
      node.put("documents", source.documents());
    }
    ArrayNode longest = root.putArray("longest_tokens");
    longest().forEach(token -> longest.addObject().put("id", token.id()).put("text", token.text()));
    return root;
  }

  private ObjectNode language(String lang, TrainingFacts.Compression value) {
    ObjectNode node = JsonMapper.shared().createObjectNode();
    node.put("documents", counts.documents(lang));
    node.put("text_bytes", counts.textBytes(lang));
    Double weight = tokenizer.facts().weights().get(lang);
    if (weight != null) {
      node.put("weight", weight);
    }
    node.put("tokens", value.tokens());
    node.put("bytes_per_token", rounded(value.bytesPerToken()));
    node.put("tokens_per_piece", rounded(value.tokensPerPiece()));
    return node;
  }

  byte[] markdown() {
    TrainingFacts facts = tokenizer.facts();
    StringBuilder text = new StringBuilder("# Tokenizer training\n\n");
    line(text, "tokens", "%d (asked for %d)", tokenizer.vocab(), facts.vocabSize());
    line(
        text,
        "made of",
        "%d of layout %s, %d of the alphabet, %d merges",
        tokenizer.layout().tokens().size(),
        lower(tokenizer.layout()),
        tokenizer.alphabetSize(),
        facts.merges());
    line(text, "algorithm", "%s, pre-tokenizer %s", lower(tokenizer.algorithm()), tokenizer.rule());
    line(
        text,
        "morphemes",
        "%s; %d merges inside them, %d distinct words cut",
        lower(facts.policy().kind()),
        facts.mergesInMorphemes(),
        facts.wordsCut());
    line(text, "distinct pieces", "%d, learned from %d", facts.pieces(), facts.piecesUsed());
    line(text, "pairs occur at least", "%d times", facts.minFrequency());
    line(
        text,
        "seconds",
        "counting %.1f, morphemes %.1f, merging %.1f; %d threads",
        countSeconds,
        facts.segmentSeconds(),
        facts.mergeSeconds(),
        facts.threads());
    text.append("\n| language | documents | text MB | weight | tokens | bytes a token |");
    text.append(" tokens a piece |\n|---|---|---|---|---|---|---|\n");
    for (Map.Entry<String, TrainingFacts.Compression> entry : facts.compression().entrySet()) {
      String lang = entry.getKey();
      Double weight = facts.weights().get(lang);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %.2f | %s | %d | %.3f | %.3f |%n",
              lang.isEmpty() ? "not said" : lang,
              counts.documents(lang),
              counts.textBytes(lang) / 1e6,
              weight == null ? "as it is" : weight,
              entry.getValue().tokens(),
              entry.getValue().bytesPerToken(),
              entry.getValue().tokensPerPiece()));
    }
    text.append("\nCompression is of what was learned from, not of other text.\n");
    text.append("\nThe longest tokens:\n\n");
    for (Named token : longest()) {
      text.append("- ").append(token.id()).append(" `").append(token.text()).append("`\n");
    }
    return text.toString().getBytes(UTF_8);
  }

  private static void line(StringBuilder text, String name, String format, Object... values) {
    text.append("- ").append(name).append(": ");
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private List<Named> longest() {
    Lexicon lexicon = tokenizer.lexicon();
    return IntStream.range(lexicon.reserved(), lexicon.size())
        .boxed()
        .sorted(Comparator.comparingInt(id -> -lexicon.bytes(id).length))
        .limit(LONGEST)
        .map(id -> new Named(id, new String(lexicon.bytes(id), UTF_8)))
        .toList();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
