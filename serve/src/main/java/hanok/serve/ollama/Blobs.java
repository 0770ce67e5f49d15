package hanok.serve.ollama;

import hanok.serve.api.ApiException;
import hanok.serve.http.Exchange;
import hanok.serve.runner.Services;
import hanok.store.BlobStore;
import hanok.store.Digest;
import hanok.store.IntegrityException;

/** {@code /api/blobs/DIGEST}: files on their way to become a model. */
final class Blobs {
  private final Services services;

  Blobs(Services services) {
    this.services = services;
  }

  private BlobStore store() {
    return services.catalog().store().blobs();
  }

  void has(Exchange exchange) {
    exchange.status(store().has(digest(exchange)) ? 200 : 404);
  }

  void put(Exchange exchange) {
    Digest digest = digest(exchange);
    if (store().has(digest)) {
      exchange.status(200);
      return;
    }
    try {
      store().put(exchange.body(), digest);
    } catch (IntegrityException e) {
      throw ApiException.badRequest(String.valueOf(e.getMessage()));
    }
    exchange.status(201);
  }

  private static Digest digest(Exchange exchange) {
    try {
      return Digest.parse(exchange.argument());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("a digest is sha256: and 64 hexadecimal digits");
    }
  }
}
