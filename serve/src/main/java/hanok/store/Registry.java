package hanok.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One repository of a registry that speaks Ollama's protocol, which is Docker's: {@code
 * /v2/NAMESPACE/MODEL/manifests/TAG} and {@code …/blobs/DIGEST}. A registry that wants a token
 * names a realm to fetch one from; it must be of the registry's own host, and over TLS if the
 * registry is, since otherwise any registry could send us anywhere.
 */
final class Registry {
  private static final int TOKEN_BYTES_MAX = 64 << 10;
  private static final Pattern FIELD = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,20000}");

  private final Http http;
  private final URI base;
  private final String repository;
  private volatile @Nullable String authorization;

  /**
   * @param base the origin, such as {@code https://registry.ollama.ai}
   * @param authorization to begin with, for this origin
   */
  Registry(Http http, URI base, String repository, @Nullable String authorization) {
    this.http = http;
    this.base = base;
    this.repository = repository;
    this.authorization = authorization;
  }

  /** The model of a tag. */
  Remote model(String tag) throws IOException, InterruptedException {
    byte[] bytes =
        http.small(
            range -> get("manifests/" + tag, Manifest.MEDIA_TYPE, range), Manifest.BYTES_MAX);
    Manifest manifest = Manifest.parse(bytes);
    return new Model(manifest);
  }

  /** A model of the repository. */
  private final class Model implements Remote {
    private final Manifest manifest;

    Model(Manifest manifest) {
      this.manifest = manifest;
    }

    @Override
    public List<Layer> blobs() {
      return manifest.blobs();
    }

    @Override
    public HttpResponse<InputStream> open(Layer layer, @Nullable String range)
        throws IOException, InterruptedException {
      return get("blobs/" + layer.digest(), "*/*", range);
    }

    @Override
    public Optional<Licence> licence(ModelStore store) {
      byte[] config = store.read(manifest.config(), Layer.TEXT_BYTES_MAX);
      String family = Manifest.json(config, "the config").path("model_family").asString("");
      Optional<Licence> licence = Licence.ofFamily(family);
      for (Layer layer : manifest.layers(Layer.LICENSE)) {
        licence =
            licence.or(
                () -> Licence.ofText(new String(store.read(layer, Layer.TEXT_BYTES_MAX), UTF_8)));
      }
      return licence;
    }

    @Override
    public Manifest manifest(ModelStore store) {
      return manifest;
    }
  }

  private HttpResponse<InputStream> get(String path, String accept, @Nullable String range)
      throws IOException, InterruptedException {
    URI uri = base.resolve("/v2/" + repository + "/" + path);
    HttpResponse<InputStream> response =
        http.get(new Http.Target(uri, accept, authorization), range);
    Optional<String> challenge = response.headers().firstValue("WWW-Authenticate");
    if (response.statusCode() != 401 || challenge.isEmpty()) {
      return response;
    }
    response.body().close();
    authorization = "Bearer " + token(challenge.get());
    return http.get(new Http.Target(uri, accept, authorization), range);
  }

  /** Whether it may stand in a header. */
  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  private String token(String challenge) throws IOException, InterruptedException {
    URI uri = tokenUri(challenge);
    Http.Target target = new Http.Target(uri, "application/json", null);
    byte[] body = http.small(range -> http.get(target, range), TOKEN_BYTES_MAX);
    JsonNode json = Manifest.json(body, "the token of " + base.getHost());
    String token = json.path("token").asString(json.path("access_token").asString(""));
    if (!isToken(token)) {
      throw new RegistryException(401, base.getHost() + " gives no token");
    }
    return token;
  }

  private URI tokenUri(String challenge) {
    if (!challenge.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
      throw new RegistryException(
          401, base.getHost() + " wants credentials of a kind that Hanok has not");
    }
    String realm = "";
    StringBuilder query = new StringBuilder();
    Matcher field = FIELD.matcher(challenge);
    while (field.find()) {
      switch (field.group(1)) {
        case "realm" -> realm = field.group(2);
        case "service", "scope" ->
            query
                .append(query.isEmpty() ? "?" : "&")
                .append(field.group(1))
                .append('=')
                .append(URLEncoder.encode(field.group(2), UTF_8));
        default -> {}
      }
    }
    return checkedRealm(realm).resolve(checkedRealm(realm).getPath() + query);
  }

  private URI checkedRealm(String realm) {
    URI uri;
    try {
      uri = URI.create(realm);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(401, base.getHost() + " names a realm that is no address");
    }
    boolean scheme =
        "https".equalsIgnoreCase(uri.getScheme())
            || base.getScheme().equalsIgnoreCase(uri.getScheme());
    if (!scheme || !base.getHost().equalsIgnoreCase(uri.getHost())) {
      throw new RegistryException(
          401,
          "%s wants a token to be fetched from %s, which is another host; that is refused"
              .formatted(base.getHost(), uri.getHost()));
    }
    return uri;
  }
}
