package hanok.serve.http;

/** What a path of an interface does. */
@FunctionalInterface
public interface Endpoint {
  void handle(Exchange exchange);
}
