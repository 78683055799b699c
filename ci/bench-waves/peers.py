"""Speed of bench-waves beside deepwave and devito, in the same run: medians of five alternating runs.

    python -m venv FOLDER && FOLDER/bin/pip install torch==2.13.0+cpu deepwave devito     (without CUDA's packages)
    swift build -c release --product bench-waves
    FOLDER/bin/python ci/bench-waves/peers.py PROGRAM speed [STEPS [THREADS]]
    FOLDER/bin/python ci/bench-waves/peers.py PROGRAM accuracy REFERENCES [few]

`speed`: one shot in 500² nodes with 20 cells of absorbing layer, 1000 steps or STEPS, single precision; forward alone, and with
the gradient at K = 10. `accuracy`: the least time to a relative error of 1 % and of 0.1 % against analytic
seismograms of a homogeneous medium (T1) and fine ones of Gaussian anomalies (T5), each program at the sampling that it
needs, one thread; REFERENCES is the folder with acoustic_homog and acoustic_gauss. Peers get sources and receivers on
nodes, which costs them nothing, and the best amplitude of all traces. `few` tries of the peers what has won before: order 8, 8 to 4
points a wavelength, 60 absorbing cells, which takes two minutes in the place of twenty.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import time
import warnings

import deepwave
import numpy as np
import torch

RUNS = 5
warnings.simplefilter("ignore")


def median(values):
    return statistics.median(values)


# ------------------------------------------------------------------------------------------------ speed


class Deepwave:
    """The medium, source and receivers of bench-waves."""

    def __init__(self, physics, order, step, steps):
        self.physics, self.order, self.step = physics, order, step
        vary = 1 + 1e-4 * (torch.arange(250_000) % 97).float().reshape(500, 500)
        self.vp, self.rho, self.vs = 2000 * vary, 2000 * vary, 1200 * vary
        self.frequency = 8.0 if physics == "acoustic2d" else 5.0
        self.source = deepwave.wavelets.ricker(self.frequency, steps, step, 0.2).reshape(1, 1, -1)
        self.at = torch.tensor([[[250, 250]]])
        self.receivers = torch.tensor([[[2, 2 + 4 * i] for i in range(100)]])

    def run(self, gradient):
        vp, vs = (x.clone().requires_grad_(gradient) for x in (self.vp, self.vs))
        options = dict(
            accuracy=self.order, pml_width=20, pml_freq=self.frequency, model_gradient_sampling_interval=10)
        start = time.perf_counter()
        if self.physics == "acoustic2d":
            result = deepwave.acoustic(
                vp, self.rho, 10.0, self.step, source_amplitudes_volume_rate=self.source,
                source_locations_volume_rate=self.at, receiver_locations_p=self.receivers, **options)
        else:
            mu = vs**2 * self.rho
            result = deepwave.elastic(
                vp**2 * self.rho - 2 * mu, mu, 1 / self.rho, 10.0, self.step, source_amplitudes_y=self.source,
                source_locations_y=self.at, receiver_locations_y=self.receivers,
                receiver_locations_x=self.receivers, **options)
        if gradient:
            found = [value for value in result.receivers.values() if value.numel()]
            sum(0.5 * (value**2).sum() for value in found).backward()
        return time.perf_counter() - start


def speed(program, wanted, some):
    points = 540 * 540 * 1e-6
    for physics in ("acoustic2d", "psv2d"):
        for order in (4, 8):
            for threads in some:
                torch.set_num_threads(threads)
                for what in ("forward", "gradient"):
                    times, peers = [], []
                    peer = None
                    for _ in range(RUNS):
                        out = subprocess.run(
                            [program, "case", physics, str(order), str(threads), what, wanted], check=True,
                            capture_output=True, text=True).stdout.split()
                        # The second is no use here: a child's peak begins at what this process holds.
                        wall, step, steps = float(out[0]), float(out[2]), int(out[3])
                        if peer is None:
                            peer = Deepwave(physics, order, step, steps)
                            peer.run(what == "gradient")
                        times.append(wall)
                        peers.append(peer.run(what == "gradient"))
                    mine, theirs = median(times), median(peers)
                    print(
                        f"{physics} order {order}, {threads} threads, {what}: {mine:.3f} s "
                        f"({points * steps / mine:.0f} Mpoints/s), deepwave {theirs:.3f} s: "
                        f"{theirs / mine:.2f} times as fast", flush=True)


# --------------------------------------------------------------------------------------------- accuracy


class Case:
    """T1 or T5: where things are, and the seismograms to compare with."""

    def __init__(self, name, folder):
        self.name = name
        folder = os.path.join(folder, "acoustic_homog" if name == "t1" else "acoustic_gauss")
        with open(os.path.join(folder, "case.json")) as file:
            case = json.load(file)
        with open(os.path.join(folder, "seismograms.csv")) as file:
            rows = list(csv.reader(file))[1:]
        table = np.array(rows, float)
        self.step, self.traces = case["dt_s"], table[:, 1:].T
        self.source, self.receivers = case["source"], case["receivers_xz_m"]
        self.blobs = case["model"].get("blobs", [])
        self.region = (-300, 1100, -300, 1500) if name == "t1" else (0, 1900, 0, 1900)

    def speeds(self, spacing):
        x0, x1, z0, z1 = self.region
        x = np.arange(x0, x1 + spacing / 2, spacing)
        z = np.arange(z0, z1 + spacing / 2, spacing)
        factor = np.ones((len(z), len(x)))
        for blob in self.blobs:
            square = (x[None] - blob["cx"]) ** 2 + (z[:, None] - blob["cz"]) ** 2
            factor += blob["a"] * np.exp(-square / (2 * blob["s"] ** 2))
        return 2000 * factor

    def node(self, place, spacing):
        return [round((place[1] - self.region[2]) / spacing), round((place[0] - self.region[0]) / spacing)]

    def error(self, found, step):
        """The largest relative L2 error of a trace, at the reference's samples that both have."""
        stride = round(step / self.step)
        if stride >= 1:
            expected = self.traces[:, ::stride]
        else:
            expected, every = self.traces, round(self.step / step)
            found = found[:, ::every]
        count = min(expected.shape[1], found.shape[1])
        expected, found = expected[:, :count], found[:, :count]
        return max(
            np.linalg.norm(f - e) / np.linalg.norm(e) for f, e in zip(found, expected))

    def wavelet_rate(self, times):
        """The derivative of the source's rate, which the second-order equation takes."""
        f, t0, amplitude = self.source["f0"], self.source["t0"], self.source["amp"]
        t = times - t0
        a = (np.pi * f * t) ** 2
        return amplitude * np.exp(-a) * (np.pi * f) ** 2 * t * (4 * a - 6)


def fitted(found, case, step):
    """By the best amplitude: units and signs of peers differ."""
    stride = max(1, round(step / case.step))
    every = max(1, round(case.step / step))
    f, e = found[:, ::every], case.traces[:, ::stride]
    count = min(f.shape[1], e.shape[1])
    f, e = f[:, :count], e[:, :count]
    return found * ((f * e).sum() / (f * f).sum())


def deepwave_run(case, order, spacing, step, cells):
    speeds = torch.from_numpy(case.speeds(spacing)).float()
    duration = case.step * (case.traces.shape[1] - 1)
    count = round(duration / step) + 1
    # A sample acts on the step after it: p(t + dt) takes s(t).
    rate = torch.from_numpy(case.wavelet_rate(np.arange(count) * step)).float().reshape(1, 1, -1)
    at = torch.tensor([[case.node(case.source["xz_m"], spacing)]])
    receivers = torch.tensor([[case.node(place, spacing) for place in case.receivers]])
    start = time.perf_counter()
    result = deepwave.scalar(
        speeds, spacing, step, source_amplitudes=rate, source_locations=at, receiver_locations=receivers,
        accuracy=order, pml_width=cells, pml_freq=case.source["f0"])
    wall = time.perf_counter() - start
    traces = list(result.receivers.values())[0][0] if hasattr(result, "receivers") else result[-1][0]
    found = traces.detach().numpy().astype(float)
    return wall, case.error(fitted(found, case, step), step)


class Devito:
    """A second-order operator of constant density with a sponge of 60 cells."""

    def __init__(self, case, order, spacing, step):
        import devito

        devito.configuration["log-level"] = "ERROR"
        self.case, self.step = case, step
        speeds = case.speeds(spacing)
        cells = 60
        padded = np.pad(speeds, cells, mode="edge")
        grid = devito.Grid(
            shape=padded.shape, extent=tuple(spacing * (n - 1) for n in padded.shape), dtype=np.float32)
        self.u = devito.TimeFunction(name="u", grid=grid, time_order=2, space_order=order)
        m = devito.Function(name="m", grid=grid, space_order=order)
        m.data[:] = 1 / padded**2
        damp = devito.Function(name="damp", grid=grid, space_order=order)
        depth = np.zeros(padded.shape)
        for axis, count in enumerate(padded.shape):
            index = np.arange(count)
            inside = np.maximum(cells - np.minimum(index, count - 1 - index), 0) / cells
            depth = np.maximum(depth, inside[:, None] if axis == 0 else inside[None])
        damp.data[:] = 3 * 2000 * np.log(1000) / (cells * spacing) * depth**2 / padded**2
        duration = case.step * (case.traces.shape[1] - 1)
        self.count = round(duration / step) + 1
        place = lambda p: [(n + cells) * spacing for n in case.node(p, spacing)]
        source = devito.SparseTimeFunction(
            name="src", grid=grid, npoint=1, nt=self.count, coordinates=np.array([place(case.source["xz_m"])]))
        source.data[:, 0] = case.wavelet_rate(np.arange(self.count) * step)
        self.receivers = devito.SparseTimeFunction(
            name="rec", grid=grid, npoint=len(case.receivers), nt=self.count,
            coordinates=np.array([place(p) for p in case.receivers]))
        update = devito.solve(m * self.u.dt2 - self.u.laplace + damp * self.u.dt, self.u.forward)
        dt = grid.stepping_dim.spacing
        self.operator = devito.Operator(
            [devito.Eq(self.u.forward, update)]
            + source.inject(field=self.u.forward, expr=source * dt**2 / m)
            + self.receivers.interpolate(expr=self.u), subs=grid.spacing_map)

    def run(self):
        self.u.data[:] = 0
        start = time.perf_counter()
        self.operator.apply(time_m=1, time_M=self.count - 2, dt=self.step)
        wall = time.perf_counter() - start
        found = np.array(self.receivers.data).T.astype(float)
        return wall, self.case.error(fitted(found, self.case, self.step), self.step)


def our_run(program, case, order, points):
    lines = subprocess.run(
        [program, "seismograms", case.name, str(order), str(points), "1"], check=True, capture_output=True,
        text=True).stdout.splitlines()
    wall, step, _ = lines[0].split()
    found = np.array([[float(x) for x in line.split()] for line in lines[1:]])
    return float(wall), case.error(found, float(step))


def best(name, trials, run):
    """The fastest trial within each error, by the median of five runs."""
    found = []
    for trial in trials:
        try:
            wall, error = run(*trial)
        except (subprocess.CalledProcessError, RuntimeError, ValueError) as problem:
            print(f"  {name} {trial}: {str(problem).splitlines()[-1][:90]}")
            continue
        print(f"  {name} {trial}: {wall:.4f} s, error {error:.2e}", flush=True)
        found.append((wall, error, trial))
    return {
        limit: min((f for f in found if f[1] <= limit), default=None) for limit in (1e-2, 1e-3)
    }


def accuracy(program, folder, few):
    torch.set_num_threads(1)
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in ("t1", "t5"):
        case = Case(name, folder)
        wave = 2000 / (2.5 * case.source["f0"])
        ours = best(
            "pipe", [(o, p) for o, list_ in ((8, (4, 4.5, 5, 6, 7)), (6, (6, 8)), (4, (8, 10, 14))) for p in list_],
            lambda order, points: our_run(program, case, order, points))
        spacings = (20, 10, 5, 4, 2.5) if name == "t1" else (20, 12.5, 10, 6.25, 5, 4)
        steps = [case.step / n for n in (1, 2, 4, 8)] + [2 * case.step]
        trials = [
            (o, h, s) for o in (4, 8) for h in spacings for s in steps
            if s * 2110 / h <= (0.6 if o == 4 else 0.54) and wave / h >= 3.5]
        if few:
            trials = [t for t in trials if t[0] == 8 and 4 <= wave / t[1] <= 8 and t[2] < case.step]
        # Thin layers reflect more than it errs otherwise.
        wide = [trial + (cells,) for trial in trials for cells in ((60,) if few else (20, 60, 120))]
        peers = {"deepwave": best("deepwave", wide, lambda *trial: deepwave_run(case, *trial))}
        try:
            peers["devito"] = best("devito", trials, lambda o, h, s: Devito(case, o, h, s).run())
        except ImportError as problem:
            print(f"devito is left out: {problem}")
        for limit in (1e-2, 1e-3):
            mine = ours[limit]
            for peer, found in peers.items():
                theirs = found[limit]
                if mine is None or theirs is None:
                    print(f"{name}, {limit:.1%}: pipe {mine}, {peer} {theirs}")
                    continue
                # In turn, five times each.
                walls, others = [], []
                run = (
                    (lambda: deepwave_run(case, *theirs[2])) if peer == "deepwave"
                    else Devito(case, *theirs[2]).run)
                run()
                for _ in range(RUNS):
                    walls.append(our_run(program, case, *mine[2])[0])
                    others.append(run()[0])
                print(
                    f"{name}, error {limit:.1%}: pipe {median(walls):.4f} s {mine[2]}, {peer} "
                    f"{median(others):.4f} s {theirs[2]}: {median(others) / median(walls):.1f} times as fast",
                    flush=True)


if __name__ == "__main__":
    if sys.argv[2] == "speed":
        speed(
            sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else "1000",
            [int(sys.argv[4])] if len(sys.argv) > 4 else (1, 2))
    else:
        accuracy(sys.argv[1], sys.argv[3], "few" in sys.argv[4:])
