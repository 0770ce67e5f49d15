package hanok.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model somewhere else: what it is made of, and how each layer is fetched. */
interface Remote {
  /** All blobs, each once. */
  List<Layer> blobs();

  /** Asks for a blob, or for a range of its bytes. */
  HttpResponse<InputStream> open(Layer layer, @Nullable String range)
      throws IOException, InterruptedException;

  /** The licence that the model is under, as far as is known when all but the weights is there. */
  Optional<Licence> licence(ModelStore store);

  /** The manifest, when all blobs are in the store. */
  Manifest manifest(ModelStore store);
}
