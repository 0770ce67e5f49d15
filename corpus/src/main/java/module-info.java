/** Where text is gathered and cleaned, and tokenizers are trained. */
module hanok.corpus {
  requires transitive hanok.core;
  requires hanok.console;

  exports hanok.corpus;
  exports hanok.token.train;

  opens hanok.corpus.command to
      hanok.console,
      info.picocli;
}
