/** Where models learn. Only {@code hanok.train.torch} may import libtorch. */
module hanok.train {
  requires transitive hanok.core;
  requires hanok.console;
  requires java.management;
  requires org.bytedeco.pytorch;
  requires tools.jackson.databind;

  exports hanok.train;
  exports hanok.train.torch;
}
