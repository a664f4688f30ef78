"""Fine-tunes the recogniser on synthetic crops; seeded, and resumed from its last checkpoint after any interruption."""

import json
import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ocr_tasks.engines.ppocr import BLANK, STRIDE_PX, batches_by_width, line_width, normalise
from ocr_tasks.training import exchange
from ocr_tasks.training.characters import ADDED
from ocr_tasks.training.crops import Sample, make
from ocr_tasks.training.lettering import Lettering
from ocr_tasks.training.network import Recognizer

log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.pt"
JOURNAL = "journal.jsonl"
BATCH_PIXELS = 48 * 6400
"""Line pixels in one step, padding included."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: the learning rate rises over `warm_up` crops and falls to 0 along a cosine at `crops`.

    `chunk` crops are drawn at a time and sorted by width into batches; `save_every` chunks a checkpoint is written.
    `average` is the decay of the running average of the weights, `rivals` the Chinese and Japanese classes drawn for
    each step at most (see Classes), `half` computes the features in bfloat16.
    """

    crops: int = 60_000
    seed: int = 1
    chunk: int = 384
    frozen_blocks: int = 0
    rate: float = 2e-4
    head_rate: float = 6e-4
    warm_up: int = 3_000
    average: float = 0.997
    rivals: int = 16_000
    save_every: int = 5
    threads: int = 1
    half: bool = True


class Classes:
    """Character to class, and which classes take part in a step.

    The head has some 18,700 classes, most of them Chinese. Normalising over all of them would cost more than the rest
    of a step, so a step takes all that are not Chinese or Japanese, those in its texts, and some others by chance.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        self.of = {c: i + 1 for i, c in enumerate(characters)} | {" ": len(characters) + 1}
        self.always = sorted({BLANK, *(i for c, i in self.of.items() if c < "⺀")})
        self.others = sorted(set(self.of.values()) - set(self.always))

    def encode(self, text: str) -> list[int] | None:
        """Return the classes of a text, or None where a character has none."""
        classes = [self.of.get(c) for c in text]
        return None if None in classes else [c for c in classes if c is not None]

    def active(self, targets: Sequence[Sequence[int]], rivals: int, r: Random) -> Tensor:
        """Return the classes of a step, in order."""
        chosen = {*self.always, *(c for t in targets for c in t), *r.sample(self.others, min(rivals, len(self.others)))}
        return torch.tensor(sorted(chosen))


def needed_steps(classes: Sequence[int]) -> int:
    """Return how many steps CTC needs: one a character, and a blank between two that are alike."""
    return len(classes) + sum(a == b for a, b in pairwise(classes))


def chunk_of(lettering: Lettering, plan: Plan, number: int) -> Iterator[list[Sample]]:
    """Yield the batches of a chunk of samples, each of like width, in an order drawn by chance."""
    samples = [make(lettering, plan.seed, number * plan.chunk + i) for i in range(plan.chunk)]
    order = list(batches_by_width([line_width(s.crop) for s in samples], BATCH_PIXELS))
    Random(f"{plan.seed}:{number}").shuffle(order)
    for batch in order:
        yield [samples[i] for i in batch]


def loss_of(network: Recognizer, samples: Sequence[Sample], classes: Classes, plan: Plan, r: Random) -> Tensor | None:
    """Return the mean CTC loss of a batch, or None where no sample of it can be learnt."""
    crops, targets = [], []
    for sample in samples:
        target = classes.encode(sample.text)
        if target is not None and needed_steps(target) <= line_width(sample.crop) // STRIDE_PX:
            crops.append(sample.crop)
            targets.append(target)
    if not crops:
        return None
    batch = normalise(crops)
    if r.random() < 0.2:
        batch = np.pad(batch, ((0, 0), (0, 0), (0, 0), (0, 8 * r.randrange(1, 12))))
    with torch.autocast("cpu", torch.bfloat16, enabled=plan.half):
        features = network.features(torch.from_numpy(batch).contiguous(memory_format=torch.channels_last))
    active = classes.active(targets, plan.rivals, r)
    logits = F.linear(features.float(), network.head.weight[active], network.head.bias[active])
    places = torch.searchsorted(active, torch.tensor([c for t in targets for c in t], dtype=torch.long))
    return F.ctc_loss(
        logits.log_softmax(2).transpose(0, 1),
        places,
        torch.full((len(targets),), logits.shape[1]),
        torch.tensor([len(t) for t in targets]),
        zero_infinity=True,
    )


def rate_at(plan: Plan, seen: int) -> float:
    """Return the share of the full learning rate after `seen` crops."""
    if seen < plan.warm_up:
        return (seen + 1) / plan.warm_up
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (seen - plan.warm_up) / max(1, plan.crops - plan.warm_up))))


class Run:
    """A training run in a folder: its network, the running average of it, the optimiser, and how far it came."""

    def __init__(self, folder: Path, base: Path, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        if plan.threads:
            torch.set_num_threads(plan.threads)
        self.folder, self.plan = folder, plan
        self.network, self.characters = exchange.load(base, ADDED)
        self.network.train()
        self.network.to(memory_format=torch.channels_last)
        frozen = [self.network.stem, *self.network.blocks[: plan.frozen_blocks]]
        for layer in frozen:
            layer.requires_grad_(False)
        head = list(self.network.head.parameters())
        body = [p for n, p in self.network.named_parameters() if p.requires_grad and not n.startswith("head.")]
        self.optimiser = torch.optim.AdamW(
            [{"params": body, "peak": plan.rate}, {"params": head, "peak": plan.head_rate}], weight_decay=0.0
        )
        self.average = {n: p.detach().clone() for n, p in self.network.named_parameters() if p.requires_grad}
        self.seen = self.chunk = self.step = 0
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists():
            self._resume()

    def _resume(self) -> None:
        state: dict[str, Any] = torch.load(self.folder / CHECKPOINT, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        for group, peak in zip(self.optimiser.param_groups, (self.plan.rate, self.plan.head_rate), strict=True):
            group["peak"] = peak
        self.seen, self.chunk, self.step = state["seen"], state["chunk"], state["step"]
        log.info("resumed after %d crops", self.seen)

    def save(self) -> None:
        """Write the checkpoint; it is whole or the old one."""
        draft = self.folder / f"{CHECKPOINT}.part"
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "seen": self.seen,
            "chunk": self.chunk,
            "step": self.step,
        }
        torch.save(state, draft)
        draft.replace(self.folder / CHECKPOINT)

    def go(self, lettering: Lettering, until: int | None = None) -> None:
        """Train until the plan's crops are seen, or at least `until` of them; then save."""
        classes = Classes(self.characters)
        lost: list[float] = []
        began, began_at = time.monotonic(), self.seen
        while self.seen < min(self.plan.crops, until or self.plan.crops):
            r = Random(f"{self.plan.seed}:steps:{self.chunk}")
            for samples in chunk_of(lettering, self.plan, self.chunk):
                loss = loss_of(self.network, samples, classes, self.plan, r)
                self.seen += len(samples)
                if loss is None:
                    continue
                lost.append(self._step(loss))
            self.chunk += 1
            if self.chunk % self.plan.save_every == 0:
                speed = (self.seen - began_at) / (time.monotonic() - began)
                self._tell(loss=sum(lost) / max(1, len(lost)), crops_a_second=round(speed, 1))
                lost.clear()
                self.save()
        self.save()

    def _step(self, loss: Tensor) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * rate_at(self.plan, self.seen)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in self.network.parameters() if p.requires_grad], 5.0)
        self.optimiser.step()
        self.step += 1
        keep = min(self.plan.average, self.step / (self.step + 10))
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                if name in self.average:
                    self.average[name].lerp_(parameter, 1 - keep)
        return float(loss.detach())

    def _tell(self, **facts: float) -> None:
        line = {"crops": self.seen, "step": self.step, "rate": rate_at(self.plan, self.seen), **facts}
        log.info("%s", line)
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")
