package hanok.serve;

import hanok.serve.api.ApiException;
import hanok.serve.http.Exchange;

/** Sends the files of the chat page to browsers, which keep them until they change. */
final class Page {
  private final PageFiles files = new PageFiles();

  /**
   * Sends a file.
   *
   * @param path of the request
   * @throws ApiException if there is no such file
   */
  void send(Exchange exchange, String path) {
    PageFile file =
        files.find(path).orElseThrow(() -> ApiException.notFound("there is nothing at this path"));
    boolean gzip = exchange.requestHeader("Accept-Encoding").contains("gzip");
    String etag = gzip ? file.gzipEtag() : file.etag();
    files.headers().forEach(exchange::header);
    exchange.header("ETag", etag);
    exchange.header("Cache-Control", "no-cache"); // ask each time, and be told: it is the same
    exchange.header("Vary", "Accept-Encoding");
    if (exchange.requestHeader("If-None-Match").contains(etag)) {
      exchange.status(304);
      return;
    }
    if (gzip) {
      exchange.header("Content-Encoding", "gzip");
    }
    exchange.send(200, file.contentType(), gzip ? file.gzip() : file.bytes());
  }
}
