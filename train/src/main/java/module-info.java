/**
 * Where models learn. Only {@code hanok.train.torch} may import libtorch, only {@code
 * hanok.train.kernel} the Vector API.
 */
module hanok.train {
  requires transitive hanok.core;
  requires transitive hanok.corpus;
  requires hanok.console;
  requires java.management;
  requires jdk.incubator.vector;
  requires org.bytedeco.pytorch;
  requires tools.jackson.databind;

  exports hanok.train;
  exports hanok.train.config;
  exports hanok.train.data;
  exports hanok.train.run;
  exports hanok.train.torch;
  exports hanok.train.watch;

  opens hanok.train.command to
      hanok.console,
      info.picocli;
  opens hanok.train to
      tools.jackson.databind;
  opens hanok.train.run to
      tools.jackson.databind;
  opens hanok.train.config to
      tools.jackson.databind;
  opens hanok.train.data to
      tools.jackson.databind;
}
