"""Trains the model of hanok.train.torch.LearnerBenchmark in plain PyTorch; prints tokens a second.

python3 speed.py fp32|bf16 THREADS ROWS STEPS
"""
import math
import resource
import sys
import time
import torch
import torch.nn.functional as F

precision, threads, rows, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
DIM, LAYERS, HEADS, KV, HEAD, FFN, VOCAB, LENGTH = 256, 8, 4, 1, 64, 896, 8192, 256
torch.set_num_threads(threads)
torch.manual_seed(1)
shapes = {"embed": (VOCAB, DIM), "head": (VOCAB, DIM), "norm": (DIM,)}
for l in range(LAYERS):
    shapes.update({f"{l}.q": (HEADS * HEAD, DIM), f"{l}.k": (KV * HEAD, DIM), f"{l}.v": (KV * HEAD, DIM),
                   f"{l}.o": (DIM, HEADS * HEAD), f"{l}.gate": (FFN, DIM), f"{l}.up": (FFN, DIM),
                   f"{l}.down": (DIM, FFN), f"{l}.norm1": (DIM,), f"{l}.norm2": (DIM,)})
w = {n: (torch.randn(s) * 0.02 if len(s) == 2 else torch.ones(s)).requires_grad_() for n, s in shapes.items()}
angles = torch.arange(LENGTH)[:, None] * 500000.0 ** (-torch.arange(0, HEAD, 2) / HEAD)
cos, sin = angles.cos(), angles.sin()
later = torch.ones(LENGTH, LENGTH).triu(1).bool()
optimiser = torch.optim.AdamW(w.values(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1)


def norm(x, name):
    f = x.float()
    return f * torch.rsqrt(f.pow(2).mean(-1, keepdim=True) + 1e-5) * w[name]


def heads(x, name, n):
    return F.linear(x, w[name]).view(rows, LENGTH, n, HEAD).transpose(1, 2)


def turned(x):
    a, b = x.float().chunk(2, -1)
    return torch.cat((a * cos - b * sin, a * sin + b * cos), -1)


def mixed(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        group = HEADS // KV
        return F.scaled_dot_product_attention(q, k.repeat_interleave(group, 1), v.repeat_interleave(group, 1),
                                              is_causal=True)
    p = (q @ k.transpose(2, 3) / math.sqrt(HEAD)).masked_fill(later, -math.inf).softmax(-1)
    return p @ v


def loss(ids, targets):
    x = F.embedding(ids, w["embed"])
    for l in range(LAYERS):
        h = norm(x, f"{l}.norm1")
        v = heads(h, f"{l}.v", KV)
        a = mixed(turned(heads(h, f"{l}.q", HEADS)).to(v.dtype), turned(heads(h, f"{l}.k", KV)).to(v.dtype), v)
        x = x + F.linear(a.transpose(1, 2).reshape(rows, LENGTH, -1), w[f"{l}.o"])
        h = norm(x, f"{l}.norm2")
        x = x + F.linear(F.silu(F.linear(h, w[f"{l}.gate"])) * F.linear(h, w[f"{l}.up"]), w[f"{l}.down"])
    return F.cross_entropy(F.linear(norm(x, "norm"), w["head"]).view(-1, VOCAB).float(), targets.reshape(-1))


seconds, processor = [], []
for step in range(steps + 3):
    t = torch.randint(VOCAB, (rows, LENGTH + 1))
    begin, spent = time.perf_counter(), time.thread_time()
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        value = loss(t[:, :-1], t[:, 1:])
    value.backward()
    torch.nn.utils.clip_grad_norm_(w.values(), 1.0)
    optimiser.step()
    optimiser.zero_grad()
    if step >= 3:
        seconds.append(time.perf_counter() - begin)
        processor.append(time.thread_time() - spent)
tokens = rows * LENGTH
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"PyTorch {torch.__version__} {precision}, {threads} threads, {rows} x {LENGTH}: "
      f"{tokens / sorted(seconds)[steps // 2]:.0f} tok/s, {tokens / min(processor):.0f} tok/processor-s, "
      f"peak {peak:.0f} MiB")
