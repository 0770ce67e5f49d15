/** Measuring the engine. */
module hanok.bench {
  requires transitive hanok.engine;
  requires tools.jackson.databind;

  exports hanok.bench;
}
