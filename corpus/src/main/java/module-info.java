/** Where text is gathered and cleaned, and tokenizers are trained. */
module hanok.corpus {
  requires transitive hanok.core;
  requires hanok.console;
  requires aircompressor.v3;
  requires com.github.luben.zstd_jni; // Hardwood's, which does not say so itself
  requires dev.hardwood.core;
  requires jtokkit;
  requires org.apache.lucene.analysis.nori;
  requires org.apache.lucene.core;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  exports hanok.corpus;
  exports hanok.token.train;

  opens hanok.corpus.command to
      hanok.console,
      info.picocli,
      tools.jackson.databind;
}
