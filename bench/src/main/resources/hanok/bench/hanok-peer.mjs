// Tokens a second of llama.cpp on one GGUF file: node hanok-peer.mjs MODEL pp|tg TOKENS THREADS
import {getLlama, LlamaLogLevel} from "node-llama-cpp";

const [, , modelPath, kind, tokens, threads] = process.argv;
const count = Number(tokens);
const llama = await getLlama({
  gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: Number(threads),
});
const model = await llama.loadModel({modelPath, gpuLayers: 0});
const context = await model.createContext({
  contextSize: Math.max(256, count + 16),
  batchSize: Math.max(16, Math.min(512, count)),
  threads: {ideal: Number(threads), min: Number(threads)},
  flashAttention: true,
});
const sequence = context.getSequence();
const ids = (n) => Array.from({length: n}, (_, i) => (400 + i * 7919) % 1500);

async function prompt(n) {
  await sequence.clearHistory();
  const start = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(ids(n));
  return n * 1e3 / (performance.now() - start);
}

async function answer(n) {
  await sequence.clearHistory();
  let made = 0, start = 0;
  for await (const token of sequence.evaluate([500], {temperature: 0, yieldEogToken: true})) {
    if (made === 0) start = performance.now();
    if (made++ === n) break;
  }
  return n * 1e3 / (performance.now() - start);
}

const measure = kind === "pp" ? prompt : answer;
await measure(Math.min(8, count)); // warm
console.log(await measure(count));
process.exit(0);
