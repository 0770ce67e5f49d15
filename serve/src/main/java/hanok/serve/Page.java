package hanok.serve;

import hanok.serve.api.ApiException;
import hanok.serve.http.Exchange;

final class Page {
  void send(Exchange exchange, String path) {
    throw ApiException.notFound("there is nothing at this path");
  }
}
