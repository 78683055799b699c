"""A model of one's own: counts of a decaying source at ten times, and how likely the measured ones are.

    decay_model.py AMPLITUDE HALF_LIFE    (halves in seconds)

writes the log likelihood, with all constants, to the file `log_likelihood`. With the names of two columns in the place of the
numbers it reads these from `rows.csv` and writes a line for each row: many members of a family, and Python starts once.
"""

import csv
import math
import sys

TIMES = [10, 30, 60, 100, 150, 210, 280, 360, 450, 550]
COUNTS = [940, 864, 792, 670, 580, 466, 369, 280, 200, 143]


def log_likelihood(amplitude, half_life):
    total = 0.0
    for time, count in zip(TIMES, COUNTS):
        mean = amplitude * 0.5 ** (time / half_life) + 5
        total += count * math.log(mean) - mean - math.lgamma(count + 1)
    return total


def rows(first, second):
    if not first[0].isalpha():
        return [(float(first), float(second))]
    with open("rows.csv", newline="") as file:
        return [(float(row[first]), float(row[second])) for row in csv.DictReader(file)]


if __name__ == "__main__":
    with open("log_likelihood", "w") as file:
        for amplitude, half_life in rows(*sys.argv[1:3]):
            file.write(repr(log_likelihood(amplitude, half_life)) + "\n")
