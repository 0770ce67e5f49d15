/** What the command lines of all rooms share. */
module hanok.console {
  requires transitive hanok.core;
  requires transitive info.picocli;
  requires transitive tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;

  exports hanok.console;

  opens hanok.console to
      info.picocli;
}
