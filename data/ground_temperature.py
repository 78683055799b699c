"""A model of one's own that returns a value and its gradient: temperatures in a borehole that tell the history at the surface.

    ground_temperature.py start

writes the file `history` that an inversion begins with (NetCDF, variables age and change: how many kelvins the surface was warmer
than long before, during an interval that began age seconds ago), and without `start` reads `history` and writes

    misfit     one number: half the sum of squared residuals over their deviations, and of differences of neighbours over ROUGHNESS
    gradient   NetCDF with a variable `change`: the derivative of the misfit by each change

Standard library only; with xarray, scipy or netCDF4 at hand the two functions on files are a line each.
"""

import math
import struct
import sys

DIFFUSIVITY = 1e-6  # m2/s
DEVIATION = 0.03  # K
ROUGHNESS = 0.5  # K
DEPTHS = [20, 40, 60, 80, 100, 120, 150, 180, 210, 250, 300, 350, 400, 500]
# Kelvins above the undisturbed profile: of a cold spell two hundred years ago and a warm last century, with noise of 0.03 K.
MEASURED = [0.525, 0.215, 0.007, -0.059, -0.083, -0.112, -0.068, -0.118, -0.064, -0.059, -0.04, -0.012, 0.005, 0.012]
YEAR = 365.25 * 86400
# Ends of the intervals of a history, seconds ago.
AGES = [age * YEAR for age in (15, 30, 50, 80, 120, 180, 280, 500)]


def response(depth, since, until):
    """Of a surface that was 1 K warmer from `since` to `until` seconds ago."""

    def warmed(time):
        return math.erfc(depth / math.sqrt(4 * DIFFUSIVITY * time)) if time > 0 else 0.0

    return warmed(since) - warmed(until)


def evaluate(ages, changes):
    gradient = [0.0] * len(changes)
    misfit = 0.0
    ends = [0.0] + ages[:-1]
    for depth, measured in zip(DEPTHS, MEASURED):
        row = [response(depth, since, until) for since, until in zip(ages, ends)]
        residual = measured - sum(part * change for part, change in zip(row, changes))
        misfit += 0.5 * (residual / DEVIATION) ** 2
        for index, part in enumerate(row):
            gradient[index] -= residual / DEVIATION**2 * part
    for index, (one, other) in enumerate(zip(changes, changes[1:])):
        step = (other - one) / ROUGHNESS**2
        misfit += 0.5 * (other - one) * step
        gradient[index] -= step
        gradient[index + 1] += step
    return misfit, gradient


def read(path):
    """Columns of doubles by name, of a file in NetCDF's classic format with 64-bit offsets."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:4] == b"CDF\x02", "not NetCDF classic with 64-bit offsets"
    place = 8

    def number():
        nonlocal place
        place += 4
        return struct.unpack(">i", data[place - 4 : place])[0]

    def padded(count):
        nonlocal place
        text = data[place : place + count]
        place += (count + 3) // 4 * 4
        return text

    def skip_attributes():
        number()
        for _ in range(number()):
            padded(number())
            size = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8}[number()]
            padded(size * number())

    number()
    sizes = []
    for _ in range(number()):
        padded(number())
        sizes.append(number())
    skip_attributes()
    number()
    columns = {}
    for _ in range(number()):
        name = padded(number()).decode()
        shape = [sizes[number()] for _ in range(number())]
        skip_attributes()
        kind = number()
        number()
        start = struct.unpack(">q", padded(8))[0]
        if kind == 6:
            count = math.prod(shape)
            columns[name] = list(struct.unpack(f">{count}d", data[start : start + 8 * count]))
    return columns


def write(path, columns):
    """Columns of doubles by name, of one length, in the same format."""

    def text(word):
        return struct.pack(">i", len(word)) + word.encode() + b"\0" * (-len(word) % 4)

    count = len(next(iter(columns.values())))
    head = b"CDF\x02" + struct.pack(">iii", 0, 10, 1) + text("point") + struct.pack(">iii", count, 0, 0)
    head += struct.pack(">ii", 11, len(columns))
    # Of a variable: its dimension, no attributes, type and size, and behind these 8 bytes for where it begins.
    heads = [text(name) + struct.pack(">iiiiii", 1, 0, 0, 0, 6, 8 * count) for name in columns]
    start = len(head) + sum(len(one) + 8 for one in heads)
    for index, one in enumerate(heads):
        head += one + struct.pack(">q", start + index * 8 * count)
    with open(path, "wb") as file:
        file.write(head + b"".join(struct.pack(f">{count}d", *values) for values in columns.values()))


if __name__ == "__main__":
    if sys.argv[1:] == ["start"]:
        write("history", {"age": AGES, "change": [0.0] * len(AGES)})
    else:
        history = read("history")
        misfit, gradient = evaluate(history["age"], history["change"])
        with open("misfit", "w") as file:
            file.write(repr(misfit) + "\n")
        write("gradient", {"change": gradient})
        print("misfit", misfit)
