/** Running a model, and making smaller files of it. */
module hanok.engine {
  requires transitive hanok.core;
  requires jdk.incubator.vector;

  exports hanok.quantize;
}
