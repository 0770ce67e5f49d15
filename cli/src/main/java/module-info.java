/** The front door. */
module hanok.cli {
  requires hanok.bench;
  requires hanok.console;
  requires hanok.engine;
  requires hanok.serve;
  requires info.picocli;
  requires java.logging;
  requires java.management;
  requires jdk.management;
  requires org.jline.reader;
  requires org.jline.terminal;
  requires tools.jackson.databind;

  opens hanok.cli to
      hanok.console,
      info.picocli;
}
