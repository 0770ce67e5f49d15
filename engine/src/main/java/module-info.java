/** Running a model: the readable reference, the kernels, sessions and samplers. */
module hanok.engine {
  requires transitive hanok.core;
  requires jdk.incubator.vector;

  exports hanok.quantize;
}
