"""Mixture density networks of sbi on the problems of bench-networks, one thread.

    python -m venv FOLDER && FOLDER/bin/pip install torch==2.13.0+cpu sbi==0.27.0     (without CUDA's packages)
    FOLDER/bin/python ci/bench-networks/sbi_peer.py losses REFERENCE OUTPUT [SEED]
    FOLDER/bin/python ci/bench-networks/sbi_peer.py tasks REFERENCE OUTPUT [COUNT]

REFERENCE is the folder that bench-networks takes. `losses`: the defaults of NPE with the density estimator "mdn" learn train.csv and
monitor.csv of lg1, square and kaufl_c2, of which they take as many for stopping as monitor.csv has; after every epoch the mean
negative log likelihood of test.csv with its parameters of least stopping loss, and the processor time without that judging, are written
to OUTPUT/PROBLEM_SEED.csv; in the last row also the loss of the density divided by its share within the prior's support. `bench-networks
losses` has ours. `tasks`: draws of the posterior at observation 1 of four tasks of sbibm after COUNT simulations (10000), 2000 of each
to OUTPUT/TASK.csv, which `bench-networks tasks REFERENCE COUNT OUTPUT` judges with the classifier that judges ours.
"""

import csv
import json
import math
import os
import sys
import time
import warnings

import numpy as np
import torch
from sbi.inference import NPE
from sbi.utils import BoxUniform
from torch.distributions import MultivariateNormal

warnings.simplefilter("ignore")
torch.set_num_threads(1)


def table(path):
    with open(path) as file:
        heads = file.readline().strip().split(",")
    values = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    width = sum(head.startswith("d") for head in heads)
    return torch.tensor(values[:, :width]).float(), torch.tensor(values[:, width:]).float()


# ------------------------------------------------------------------------------------------------ losses


class Told(NPE):
    """Writes down processor time and the test loss of the best parameters after every epoch."""

    def watch(self, data, targets):
        self.test, self.rows, self.judging, self.start = (data, targets), [], 0.0, time.process_time()
        return self

    def logs(self, network):
        data, targets = self.test
        with torch.no_grad():
            return network.log_prob(targets.unsqueeze(0), data).squeeze(0)

    def _converged(self, epoch, stop_after_epochs):
        result = super()._converged(epoch, stop_after_epochs)
        before = time.process_time()
        if self._epochs_since_last_improvement == 0:
            self._neural_net.eval()
            self.loss = -self.logs(self._neural_net).mean().item()
        self.rows.append((epoch, before - self.start - self.judging, self.loss))
        self.judging += time.process_time() - before
        return result


def renormalised(network, data, targets, logs, low, high):
    """Logs of the density divided by its integral over the prior's support, by midpoints of 400 cells."""
    count = 400
    places = low + (high - low) * (torch.arange(count) + 0.5) / count
    with torch.no_grad():
        grid = torch.stack([network.log_prob(torch.full((1, len(data), 1), p.item()), data).squeeze(0) for p in places])
    return logs - (torch.logsumexp(grid, 0) + math.log((high - low) / count))


def losses(reference, output, seed):
    for name in ("lg1", "square", "kaufl_c2"):
        torch.manual_seed(seed)
        parts = [table(f"{reference}/mdn/{name}/{part}.csv") for part in ("train", "monitor", "test")]
        data, targets = (torch.cat([part[i] for part in parts[:2]]) for i in (0, 1))
        prior = (
            MultivariateNormal(targets.mean(0), torch.diag(targets.var(0)))
            if name == "lg1"
            else BoxUniform(-torch.ones(1), torch.ones(1))
        )
        trainer = Told(prior, density_estimator="mdn", show_progress_bars=False)
        trainer.append_simulations(targets, data).watch(*parts[2])
        network = trainer.train(validation_fraction=len(parts[1][0]) / len(data))
        network.eval()
        logs = trainer.logs(network)
        within = renormalised(network, *parts[2], logs, -1, 1) if name != "lg1" else logs
        with open(f"{output}/{name}_{seed}.csv", "w") as file:
            writer = csv.writer(file)
            writer.writerow(["epoch", "processor_seconds", "test_loss", "test_loss_within_prior"])
            writer.writerows(trainer.rows[:-1])
            writer.writerow([*trainer.rows[-1], -within.mean().item()])
        np.savetxt(f"{output}/{name}_{seed}_logs.csv", np.c_[logs, within], delimiter=",")
        error = logs.std().item() / math.sqrt(len(logs))
        print(name, seed, trainer.rows[-1], "within prior", -within.mean().item(), "error", error, flush=True)


# ------------------------------------------------------------------------------------------------ tasks


def two_moons(t, random):
    angle, r = random.uniform(-math.pi / 2, math.pi / 2, len(t)), random.normal(0.1, 0.01, len(t))
    return np.c_[
        r * np.cos(angle) + 0.25 - abs(t[:, 0] + t[:, 1]) / math.sqrt(2),
        r * np.sin(angle) + (t[:, 1] - t[:, 0]) / math.sqrt(2),
    ]


def gaussian_mixture(t, random):
    deviation = np.where(random.uniform(size=len(t)) < 0.5, 1, 0.1)
    return t + deviation[:, None] * random.normal(size=t.shape)


def gaussian_linear(t, random):
    return t + math.sqrt(0.1) * random.normal(size=t.shape)


def slcp(t, random):
    a, b = random.normal(size=(2, len(t), 4))
    correlation = np.tanh(t[:, 4:])
    first = t[:, :1] + t[:, 2:3] ** 2 * a
    second = t[:, 1:2] + t[:, 3:4] ** 2 * (correlation * a + np.sqrt(np.maximum(0, 1 - correlation**2)) * b)
    return np.stack([first, second], 2).reshape(len(t), 8)


def box(low, high, dimension):
    return BoxUniform(low * torch.ones(dimension), high * torch.ones(dimension))


def tasks(reference, output, count):
    known = json.load(open(f"{reference}/sbibm/reference_posteriors.json"))
    problems = [
        (two_moons, box(-1, 1, 2)),
        (gaussian_mixture, box(-10, 10, 2)),
        (gaussian_linear, MultivariateNormal(torch.zeros(10), 0.1 * torch.eye(10))),
        (slcp, box(-3, 3, 5)),
    ]
    for simulate, prior in problems:
        torch.manual_seed(1)
        targets = prior.sample((count,))
        data = torch.tensor(simulate(targets.numpy(), np.random.default_rng(1))).float()
        start = time.process_time()
        trainer = NPE(prior, density_estimator="mdn", show_progress_bars=False)
        trainer.append_simulations(targets, data).train()
        seconds = time.process_time() - start
        observed = torch.tensor(known[simulate.__name__][0]["observation"]).float()
        draws = trainer.build_posterior().sample((2000,), x=observed, show_progress_bars=False)
        np.savetxt(f"{output}/{simulate.__name__}.csv", draws.numpy(), delimiter=",")
        print(simulate.__name__, count, "epochs", trainer.summary["epochs_trained"], "seconds", seconds, flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ("losses", "tasks"):
        sys.exit(__doc__)
    os.makedirs(sys.argv[3], exist_ok=True)
    reference, output = (os.path.abspath(path) for path in sys.argv[2:4])
    os.chdir(output)  # sbi writes logs of its own beside
    number = int(sys.argv[4]) if len(sys.argv) > 4 else 1 if sys.argv[1] == "losses" else 10000
    {"losses": losses, "tasks": tasks}[sys.argv[1]](reference, output, number)
