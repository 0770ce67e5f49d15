"""Records 50 steps of training by PyTorch, the oracle of hanok.train.torch.GoldenCurveTest.

Weights and tokens follow from formulas, so that nothing else needs to be kept. Run with PyTorch 1.13
or newer; Debian's python3-torch will do:  python3 golden_curve.py > golden-curve.txt
"""
import math
import torch
import torch.nn.functional as F

DIM, LAYERS, HEADS, KV, HEAD, FFN, VOCAB, THETA, EPS = 64, 3, 4, 2, 16, 160, 256, 10000.0, 1e-5
ROWS, LENGTH, STEPS, CLIP = 4, 48, 50, 1.0
torch.set_num_threads(1)


def noise(n, salt):
    """n numbers in [-1, 1), exact in float32: 24 bits of a multiplicative hash."""
    i = torch.arange(n, dtype=torch.int64) + salt * 1000003
    h = (i * 2654435761) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 3266489917) & 0xFFFFFFFF
    return ((h >> 8).double() / (1 << 23) - 1).float()


shapes = [("embed", VOCAB, DIM)]
for l in range(LAYERS):
    shapes += [(f"{l}.q", HEADS * HEAD, DIM), (f"{l}.k", KV * HEAD, DIM), (f"{l}.v", KV * HEAD, DIM),
               (f"{l}.o", DIM, HEADS * HEAD), (f"{l}.gate", FFN, DIM), (f"{l}.up", FFN, DIM),
               (f"{l}.down", DIM, FFN)]
shapes += [("head", VOCAB, DIM)]
w = {name: noise(r * c, salt).view(r, c) * 0.0625 for salt, (name, r, c) in enumerate(shapes)}
for name in [f"{l}.{n}" for l in range(LAYERS) for n in ("norm1", "norm2")] + ["norm"]:
    w[name] = torch.ones(DIM)
for p in w.values():
    p.requires_grad_(True)
angles = torch.arange(LENGTH).double()[:, None] * THETA ** (-torch.arange(0, HEAD, 2).double() / HEAD)
cos, sin = angles.cos().float(), angles.sin().float()
later = torch.ones(LENGTH, LENGTH).triu(1).bool()


def norm(x, name):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPS) * w[name]


def heads(x, name, n, turn):
    x = F.linear(x, w[name]).view(ROWS, LENGTH, n, HEAD).transpose(1, 2)
    a, b = x.chunk(2, -1)
    x = torch.cat((a * cos - b * sin, a * sin + b * cos), -1) if turn else x
    return x.repeat_interleave(HEADS // n, 1)


def loss(ids, targets):
    x = F.embedding(ids, w["embed"])
    for l in range(LAYERS):
        h = norm(x, f"{l}.norm1")
        q, k, v = heads(h, f"{l}.q", HEADS, True), heads(h, f"{l}.k", KV, True), heads(h, f"{l}.v", KV, False)
        p = (q @ k.transpose(2, 3) / math.sqrt(HEAD)).masked_fill(later, -math.inf).softmax(-1)
        x = x + F.linear((p @ v).transpose(1, 2).reshape(ROWS, LENGTH, -1), w[f"{l}.o"])
        h = norm(x, f"{l}.norm2")
        x = x + F.linear(F.silu(F.linear(h, w[f"{l}.gate"])) * F.linear(h, w[f"{l}.up"]), w[f"{l}.down"])
    return F.cross_entropy(F.linear(norm(x, "norm"), w["head"]).view(-1, VOCAB), targets.reshape(-1))


matrices, vectors = [p for p in w.values() if p.dim() == 2], [p for p in w.values() if p.dim() == 1]
optimiser = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1},
                               {"params": vectors, "weight_decay": 0.0}], betas=(0.9, 0.95), eps=1e-8)
for step in range(STEPS):
    # Each token tells the next, with noise: something to learn.
    t = torch.zeros(ROWS, LENGTH + 1, dtype=torch.int64)
    salt = (noise(ROWS * (LENGTH + 1), 1000 + step).view(ROWS, -1).abs() * 7).long()
    t[:, 0] = torch.arange(ROWS) * 37 + step
    for i in range(LENGTH):
        t[:, i + 1] = (t[:, i] * 5 + salt[:, i] + 3) % VOCAB
    value = loss(t[:, :-1] % VOCAB, t[:, 1:])
    optimiser.zero_grad()
    value.backward()
    size = torch.nn.utils.clip_grad_norm_(list(w.values()), CLIP)
    for group in optimiser.param_groups:
        group["lr"] = 3e-3 * min(1.0, (step + 1) / 10)
    optimiser.step()
    print(f"{step} {value.item():.9f} {size.item():.9f}")
