/** Where models learn. */
module hanok.train {
  requires transitive hanok.core;
  requires hanok.console;

  exports hanok.train;

  opens hanok.train.command to
      hanok.console,
      info.picocli;
}
