package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import hanok.gguf.GgufFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model made of files of the hub, for which a manifest is made here. */
final class HubModel implements Remote {
  private final Hub hub;
  private final Map<Layer, HubFile> files = new LinkedHashMap<>();
  private final List<String> licences;

  HubModel(Hub hub, List<HubFile> weights, List<String> licences) {
    this.hub = hub;
    this.licences = licences;
    weights.forEach(file -> files.put(file.layer(), file));
  }

  @Override
  public List<Layer> blobs() {
    return List.copyOf(files.keySet());
  }

  @Override
  public HttpResponse<InputStream> open(Layer layer, @Nullable String range)
      throws IOException, InterruptedException {
    return hub.open(Objects.requireNonNull(files.get(layer), "a layer of another model"), range);
  }

  @Override
  public Optional<Licence> licence(ModelStore store) {
    return licences.stream().flatMap(text -> Licence.ofText(text).stream()).findFirst();
  }

  @Override
  public Manifest manifest(ModelStore store) {
    List<Layer> layers = new ArrayList<>(files.keySet());
    for (String text : licences) {
      byte[] bytes = text.getBytes(UTF_8);
      layers.add(new Layer(Layer.LICENSE, store.blobs().put(bytes), bytes.length));
    }
    byte[] config;
    try (GgufFile file = GgufFile.open(store.weights(blobs()))) {
      config = ModelDetails.of(file).config(layers);
    }
    return Manifest.of(new Layer(Layer.CONFIG, store.blobs().put(config), config.length), layers);
  }
}
