import t from 'tokenizers';
const [out, ...files] = process.argv.slice(2);
const tok = new t.Tokenizer(t.BPE.empty());
tok.setPreTokenizer(t.sequencePreTokenizer([t.digitsPreTokenizer(true), t.byteLevelPreTokenizer(false, true)]));
tok.train(files); tok.save(out, false);
