/** The ground floor's door to the street: the model store, and the server. */
module hanok.serve {
  requires transitive hanok.engine;
  requires io.helidon.webserver;
  requires java.net.http;
  requires tools.jackson.databind;
}
