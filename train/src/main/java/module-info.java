/** Where models learn. */
module hanok.train {
  requires transitive hanok.core;
  requires hanok.console;

  exports hanok.train;
}
