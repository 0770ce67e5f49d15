package hanok.train.config;

import static java.util.Objects.requireNonNullElse;

import hanok.console.Suggestions;
import hanok.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a model that begins at random: a preset, and what differs from it. The vocabulary is
 * the tokenizer's.
 *
 * @param preset one of {@link #presets}; {@code 10m} by default
 * @param context tokens that the model will be said to see at once
 */
public record ModelShape(
    String preset,
    @Nullable Integer layers,
    @Nullable Integer dim,
    @Nullable Integer heads,
    @Nullable Integer kvHeads,
    @Nullable Integer headDim,
    @Nullable Integer ffnDim,
    @Nullable Integer context,
    @Nullable Double ropeTheta) {
  private static final float NORM_EPS = 1e-5f;

  private record Preset(
      int layers, int dim, int heads, int kvHeads, int ffnDim, int context, float ropeTheta) {}

  private static final Map<String, Preset> PRESETS = new LinkedHashMap<>();

  static {
    // Rows that are multiples of 256, so that every matrix can be Q5_K.
    PRESETS.put("nano", new Preset(8, 256, 4, 2, 768, 1024, 10_000));
    PRESETS.put("10m", new Preset(8, 256, 4, 1, 896, 1024, 10_000));
    PRESETS.put("124m", new Preset(12, 768, 12, 4, 2048, 2048, 10_000));
    PRESETS.put("exaone3.0-7.8b", new Preset(32, 4096, 32, 8, 14_336, 4096, 500_000));
  }

  /** The preset {@code 10m} as it is. */
  public static final ModelShape DEFAULT =
      new ModelShape("10m", null, null, null, null, null, null, null, null);

  public ModelShape {
    preset = requireNonNullElse(preset, "10m");
    if (!PRESETS.containsKey(preset)) {
      String meant =
          Suggestions.nearest(preset, PRESETS.keySet())
              .map(name -> "; did you mean \"%s\"?".formatted(name))
              .orElse("");
      throw new IllegalArgumentException(
          "there is no preset \"%s\"; known are %s%s"
              .formatted(preset, String.join(", ", PRESETS.keySet()), meant));
    }
  }

  /** The names of presets, from small to large. */
  public static List<String> presets() {
    return List.copyOf(PRESETS.keySet());
  }

  /**
   * The shape, complete.
   *
   * @throws IllegalArgumentException if its parts do not make a transformer
   */
  public ModelConfig with(int vocab) {
    Preset base = Objects.requireNonNull(PRESETS.get(preset));
    int width = requireNonNullElse(dim, base.dim());
    int queries = requireNonNullElse(heads, base.heads());
    Check.atLeast("model.heads", queries, 1);
    Check.that(
        headDim != null || width % queries == 0,
        "model.dim %d is not a multiple of model.heads %d",
        width,
        queries);
    int head = requireNonNullElse(headDim, width / queries);
    return new ModelConfig(
        ModelConfig.Architecture.EXAONE,
        requireNonNullElse(layers, base.layers()),
        width,
        queries,
        requireNonNullElse(kvHeads, base.kvHeads()),
        head,
        requireNonNullElse(ffnDim, base.ffnDim()),
        vocab,
        requireNonNullElse(context, base.context()),
        ropeTheta == null ? base.ropeTheta() : ropeTheta.floatValue(),
        1,
        head,
        NORM_EPS);
  }
}
