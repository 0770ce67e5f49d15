package hanok.corpus.command;

import hanok.console.Messages;
import hanok.token.train.Comparison;
import hanok.token.train.Metric;
import hanok.token.train.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;

/** A comparison for the terminal: a table for each language and one for all, then the overlaps. */
record ComparisonTable(Messages messages, Comparison comparison) {

  String text() {
    TreeSet<String> languages = new TreeSet<>();
    comparison.entries().forEach(entry -> languages.addAll(entry.languages().keySet()));
    StringBuilder text = new StringBuilder();
    for (String lang : languages) {
      String heading = lang.isEmpty() ? messages.text("tokenizer.compare.notSaid") : lang;
      List<Score> scores = new ArrayList<>();
      for (Comparison.Entry entry : comparison.entries()) {
        scores.add(Objects.requireNonNull(entry.languages().get(lang)));
      }
      table(text, heading, scores);
    }
    if (languages.size() > 1) {
      List<Score> totals = comparison.entries().stream().map(Comparison.Entry::total).toList();
      table(text, messages.text("tokenizer.compare.all"), totals);
    }
    overlaps(text);
    return text.toString();
  }

  private void table(StringBuilder text, String heading, List<Score> scores) {
    Score any = scores.getFirst();
    text.append(
        messages.text(
            "tokenizer.compare.heading", heading, any.documents(), any.words(), any.bytes()));
    text.append('\n');
    List<String> columns = new ArrayList<>();
    columns.add(messages.text("tokenizer.compare.column.tokenizer"));
    columns.add(messages.text("tokenizer.compare.column.vocab"));
    columns.add(messages.text("tokenizer.compare.column.tokens"));
    for (Metric metric : Metric.values()) {
      columns.add(messages.text("tokenizer.compare.column." + metric.key()));
    }
    TextTable table = new TextTable(columns);
    for (int i = 0; i < scores.size(); i++) {
      List<String> row = new ArrayList<>();
      row.add(comparison.entries().get(i).name());
      row.add(String.valueOf(scores.get(i).vocab()));
      row.add(String.valueOf(scores.get(i).tokens()));
      for (Metric metric : Metric.values()) {
        row.add(metric.text(scores.get(i)));
      }
      table.add(row);
    }
    text.append(table.text()).append('\n');
  }

  private void overlaps(StringBuilder text) {
    if (comparison.overlaps().isEmpty()) {
      return;
    }
    text.append(messages.text("tokenizer.compare.overlap")).append('\n');
    TextTable table =
        new TextTable(
            List.of(
                messages.text("tokenizer.compare.column.tokenizer"),
                messages.text("tokenizer.compare.column.common"),
                messages.text("tokenizer.compare.column.jaccard")));
    for (Comparison.Overlap overlap : comparison.overlaps()) {
      table.add(
          List.of(
              overlap.first() + " + " + overlap.second(),
              String.valueOf(overlap.common()),
              String.format(Locale.ROOT, "%.3f", overlap.jaccard())));
    }
    text.append(table.text());
  }
}
