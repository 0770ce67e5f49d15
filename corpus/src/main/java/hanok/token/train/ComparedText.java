package hanok.token.train;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which text tokenizers were compared on.
 *
 * @param files as they were named
 * @param bytesMax of a sample; null if all of the text was taken
 * @param seed that the sample was drawn with
 */
public record ComparedText(List<String> files, @Nullable Long bytesMax, long seed) {}
