/** What the command lines of all rooms share. */
module hanok.console {
  requires transitive hanok.core;
  requires transitive info.picocli;
  requires tools.jackson.databind;

  exports hanok.console;
}
