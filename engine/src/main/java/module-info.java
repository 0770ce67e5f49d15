/** The first floor: running a model. Only {@code hanok.kernel} may import the Vector API. */
module hanok.engine {
  requires transitive hanok.core;
  requires jdk.incubator.vector;
  requires transitive tools.jackson.databind;

  exports hanok.constrain;
  exports hanok.engine;
  exports hanok.quantize;
  exports hanok.reference;
}
