// Tokens a second of llama.cpp on one GGUF file: node hanok-peer.mjs MODEL pp|tg TOKENS THREADS [DEPTH]
import {getLlama, LlamaLogLevel} from "node-llama-cpp";

const [, , modelPath, kind, tokens, threads, depth = "0"] = process.argv;
const count = Number(tokens);
const before = Number(depth);
const llama = await getLlama({
  gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: Number(threads),
});
const model = await llama.loadModel({modelPath, gpuLayers: 0});
const context = await model.createContext({
  contextSize: Math.max(256, before + count + 16),
  batchSize: Math.max(16, Math.min(512, Math.max(before, count))),
  threads: {ideal: Number(threads), min: Number(threads)},
  flashAttention: true,
});
const sequence = context.getSequence();
const ids = (n) => Array.from({length: n}, (_, i) => (400 + i * 7919) % 1500);

async function begin(depth) {
  await sequence.clearHistory();
  if (depth > 0) await sequence.evaluateWithoutGeneratingNewTokens(ids(depth));
}

async function prompt(n, depth) {
  await begin(depth);
  const start = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(ids(n));
  return n * 1e3 / (performance.now() - start);
}

async function answer(n, depth) {
  await begin(depth);
  let made = 0, start = 0;
  for await (const token of sequence.evaluate([500], {temperature: 0, yieldEogToken: true})) {
    if (made === 0) start = performance.now();
    if (made++ === n) break;
  }
  return n * 1e3 / (performance.now() - start);
}

const measure = kind === "pp" ? prompt : answer;
await measure(Math.min(8, count), 0); // warm
console.log(await measure(count, before));
process.exit(0);
