package hanok.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One repository of the Hugging Face hub. It is asked as a registry first; what the hub does not
 * serve so, such as models in parts, is found in the list of its files and fetched file by file.
 */
final class Hub {
  private static final int PAGE_BYTES_MAX = 16 << 20;
  private static final int PAGES_MAX = 50;
  private static final int LICENCE_BYTES_MAX = 1 << 20;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"next\"");
  private static final String MAIN = "main";

  private final Http http;
  private final URI endpoint;
  private final String repository;
  private final @Nullable String authorization;

  /**
   * @param endpoint the hub's origin
   * @param token goes to this origin only; null without
   */
  Hub(Http http, URI endpoint, String repository, @Nullable String token) {
    this.http = http;
    this.endpoint = endpoint;
    this.repository = repository;
    this.authorization = token == null ? null : "Bearer " + token;
  }

  /**
   * The model of a tag, which names a quantisation.
   *
   * @throws NoSuchModelException if there is no such file
   * @throws RegistryException if the hub does not let us in
   */
  Remote model(String tag) throws IOException, InterruptedException {
    try {
      return new Registry(http, endpoint, repository, authorization).model(tag);
    } catch (RegistryException e) {
      if (e.status() == 401 || e.status() == 403) {
        throw gated(e.status());
      }
    }
    try {
      return files(tag);
    } catch (RegistryException e) {
      throw e.status() == 401 || e.status() == 403 ? gated(e.status()) : missing(e);
    }
  }

  private RuntimeException missing(RegistryException e) {
    return e.status() == 404
        ? new NoSuchModelException(
            "there is no repository %s at %s".formatted(repository, endpoint))
        : e;
  }

  private RegistryException gated(int status) {
    return new RegistryException(
        status,
        ("%s answers %d: %s does not exist, is private, or its licence must be accepted at %s/%s;"
                + " then set HF_TOKEN to a token of yours")
            .formatted(endpoint.getHost(), status, repository, endpoint, repository));
  }

  private Remote files(String tag) throws IOException, InterruptedException {
    List<HubFile> all = tree();
    List<HubFile> weights = HubFile.choose(all, tag, repository);
    List<String> licences = new ArrayList<>();
    for (HubFile file : all) {
      if (file.isLicence() && file.size() <= LICENCE_BYTES_MAX) {
        byte[] text = http.small(range -> open(file, range), LICENCE_BYTES_MAX);
        licences.add(new String(text, StandardCharsets.UTF_8));
      }
    }
    return new HubModel(this, weights, licences);
  }

  private List<HubFile> tree() throws IOException, InterruptedException {
    List<HubFile> files = new ArrayList<>();
    URI page = endpoint.resolve("/api/models/" + repository + "/tree/" + MAIN + "?recursive=true");
    for (int pages = 0; pages < PAGES_MAX; pages++) {
      URI uri = page;
      Http.Page answer = http.page(range -> get(uri, "application/json", range), PAGE_BYTES_MAX);
      for (JsonNode node : Manifest.json(answer.body(), "the list of files of " + repository)) {
        HubFile.of(node).ifPresent(files::add);
      }
      Matcher next = NEXT.matcher(answer.link());
      if (!next.find()) {
        break;
      }
      page = page.resolve(next.group(1));
      if (!Http.isSameOrigin(page, endpoint)) {
        throw new IntegrityException(endpoint.getHost() + " continues its list at another host");
      }
    }
    return files;
  }

  HttpResponse<InputStream> open(HubFile file, @Nullable String range)
      throws IOException, InterruptedException {
    String path =
        Arrays.stream(file.path().split("/"))
            .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
    URI uri = endpoint.resolve("/" + repository + "/resolve/" + MAIN + "/" + path);
    return get(uri, "*/*", range);
  }

  private HttpResponse<InputStream> get(URI uri, String accept, @Nullable String range)
      throws IOException, InterruptedException {
    return http.get(new Http.Target(uri, accept, authorization), range);
  }
}
