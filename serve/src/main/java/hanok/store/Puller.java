package hanok.store;

import hanok.gguf.GgufFile;
import hanok.gguf.MalformedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings models from elsewhere: from Ollama's registry and others that speak its protocol, and from
 * the Hugging Face hub. What was fetched stays, whatever happens, and a later pull goes on from
 * there. Pulls of the same model at the same time are one download.
 */
public final class Puller {
  private static final URI HUB = URI.create("https://huggingface.co");

  private final ModelStore store;
  private final Licences licences;
  private final Http http;
  private final URI hub;
  private final @Nullable String hubToken;
  private final SharedPulls shared = new SharedPulls(this::run);

  Puller(ModelStore store, Licences licences, Map<String, String> environment, Patience patience) {
    this.store = store;
    this.licences = licences;
    http = new Http(patience);
    hub = hub(environment.getOrDefault("HF_ENDPOINT", ""));
    hubToken = token(environment.getOrDefault("HF_TOKEN", "").strip(), hub);
  }

  private static URI hub(String endpoint) {
    try {
      URI hub = endpoint.isEmpty() ? HUB : URI.create(endpoint);
      if (hub.getHost() != null && List.of("http", "https").contains(hub.getScheme())) {
        return hub;
      }
    } catch (IllegalArgumentException e) {
      // Told below, with the variable's name.
    }
    throw new IllegalArgumentException(
        "HF_ENDPOINT must be an address such as %s, not \"%s\""
            .formatted(HUB, Printable.of(endpoint)));
  }

  /** A token is never sent where others can read it, and never shown. */
  private static @Nullable String token(String token, URI hub) {
    if (token.isEmpty() || !hub.getScheme().equals("https") && !isLoopback(hub.getHost())) {
      return null;
    }
    if (!Registry.isToken(token)) {
      throw new IllegalArgumentException("HF_TOKEN is not a token of the Hugging Face hub");
    }
    return token;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}");
  }

  /**
   * Pulls into a store.
   *
   * @param environment where {@code HF_TOKEN} is our token at the hub, and {@code HF_ENDPOINT}
   *     another hub
   */
  public static Puller of(ModelStore store, Licences licences, Map<String, String> environment) {
    return new Puller(store, licences, environment, Patience.DEFAULT);
  }

  /**
   * Pulls a model, or what has changed of it. Blocks until it is there.
   *
   * @param progress is called in this thread
   * @param cancelled is asked often; when nobody wants the model any more, the download ends
   * @throws NoSuchModelException if the model is not there
   * @throws LicenceRequiredException if its licence was not accepted
   * @throws RegistryException if we are not let in, or not answered
   * @throws IntegrityException if what comes is not what it should be
   * @throws CancellationException if it was cancelled
   * @throws UncheckedIOException if the network or the disk fails
   */
  public StoredModel pull(
      PullRequest request, Consumer<PullProgress> progress, BooleanSupplier cancelled) {
    return shared.join(request, progress, cancelled);
  }

  private StoredModel run(
      PullRequest request, Consumer<PullProgress> progress, BooleanSupplier cancelled) {
    ModelName source = ShortNames.source(request.name());
    require(Licence.ofName(request.name()).or(() -> Licence.ofName(source)), request);
    try (StoreLock.Use _ = store.lock().use()) {
      progress.accept(PullProgress.of("pulling manifest"));
      Remote remote = remote(source, request.insecure());
      remote.blobs().forEach(Layer::refuseHugeText);
      Fetch fetch = new Fetch(remote, progress, cancelled);
      List<Layer> weights = remote.blobs().stream().filter(layer -> layer.is(Layer.MODEL)).toList();
      for (Layer layer : remote.blobs()) {
        if (!weights.contains(layer)) {
          fetch.one(layer);
        }
      }
      require(remote.licence(store), request);
      for (Layer layer : weights) {
        fetch.one(layer);
      }
      require(licence(weights), request);
      Manifest manifest = remote.manifest(store);
      progress.accept(PullProgress.of("writing manifest"));
      StoredModel model = store.install(request.name(), manifest);
      progress.accept(PullProgress.of("success"));
      return model;
    } catch (IOException e) {
      throw Durable.failed(e, store.root());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the pull was interrupted");
    }
  }

  private void require(Optional<Licence> licence, PullRequest request) {
    licence.ifPresent(
        one -> licences.require(one, request.name().shortest(), request.acceptLicence()));
  }

  /** The licence that the weights themselves name, which no manifest can hide. */
  private Optional<Licence> licence(List<Layer> weights) {
    if (weights.isEmpty()) {
      return Optional.empty();
    }
    try (GgufFile file = GgufFile.open(store.weights(weights))) {
      return Licence.ofMetadata(file.metadata());
    } catch (MalformedModelException e) {
      return Optional.empty(); // nothing that Hanok can run, and so nothing that it can read
    }
  }

  private Remote remote(ModelName source, boolean insecure)
      throws IOException, InterruptedException {
    String repository = source.namespace() + "/" + source.model();
    if (source.isHub()) {
      return new Hub(http, hub, repository, hubToken).model(source.tag());
    }
    String scheme = isPlain(source, insecure) ? "http" : "https";
    URI base = URI.create(scheme + "://" + source.host());
    try {
      return new Registry(http, base, repository, null).model(source.tag());
    } catch (RegistryException e) {
      if (e.status() == 404) {
        throw new NoSuchModelException(
            "model '%s' not found at %s".formatted(source.shortest(), source.host()));
      }
      throw e;
    }
  }

  /** Ollama's registry speaks TLS; to this machine nobody listens in; others as asked. */
  private static boolean isPlain(ModelName name, boolean insecure) {
    if (name.host().equalsIgnoreCase(ModelName.DEFAULT_HOST)) {
      return false;
    }
    String host = name.host().replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
    return insecure || isLoopback(host);
  }

  /** How blobs come into the store: from a store that is read, or else from afar. */
  private final class Fetch {
    private final Remote remote;
    private final Consumer<PullProgress> progress;
    private final BooleanSupplier cancelled;

    Fetch(Remote remote, Consumer<PullProgress> progress, BooleanSupplier cancelled) {
      this.remote = remote;
      this.progress = progress;
      this.cancelled = cancelled;
    }

    void one(Layer layer) throws IOException, InterruptedException {
      progress.accept(PullProgress.pulling(layer, 0));
      boolean fetched = false;
      if (!store.has(layer)) {
        Download download =
            new Download(
                store.blobs(),
                store.root().resolve("partial"),
                layer,
                range -> remote.open(layer, range),
                http.patience(),
                bytes -> progress.accept(PullProgress.pulling(layer, bytes)),
                cancelled);
        fetched = download.run(() -> tellVerifying(layer));
      }
      store.bring(layer);
      if (!fetched) {
        progress.accept(PullProgress.pulling(layer, layer.size()));
      }
    }

    private void tellVerifying(Layer layer) {
      if (layer.is(Layer.MODEL)) { // the rest is verified in no time
        progress.accept(PullProgress.of("verifying sha256 digest"));
      }
    }
  }
}
