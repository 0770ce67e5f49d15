package hanok.token.train;

import hanok.token.Tokenizer;

/** A tokenizer that Hanok runs models with. */
record LoadedCounter(String name, Tokenizer tokenizer) implements TokenCounter {
  @Override
  public int vocab() {
    return tokenizer.vocab();
  }

  @Override
  public int[] encode(String text) {
    return tokenizer.encode(text);
  }

  @Override
  public byte[] bytes(int id) {
    return tokenizer.bytes(id);
  }
}
