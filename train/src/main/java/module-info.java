/** Where models learn. Only {@code hanok.train.torch} may import libtorch. */
module hanok.train {
  requires transitive hanok.core;
  requires hanok.console;
  requires org.bytedeco.pytorch;

  exports hanok.train;
  exports hanok.train.torch;
}
