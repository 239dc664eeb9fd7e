#!/usr/bin/env python3
"""Makes the data of the works W1 to W5 and of the stress test: seeded one-minute bars as CSV.

usage: make_data.py FOLDER

The close follows a driftless geometric random walk in whole cents, so that no two readers can
disagree about rounding; the open is the previous close plus a small gap; high and low extend
both. Times are milliseconds since 1970 UTC of the bar's close, without pauses, from
2020-01-01T00:01:00Z. Needs numpy.
"""
import os
import sys

import numpy as np

START = 1577836800000
MINUTE = 60000


def bars(count, seed, first=10000, sigma=0.0006):
    """Times, opens, highs, lows, closes in cents, and volumes."""
    draw = np.random.Generator(np.random.PCG64(seed))
    path = np.log(first) + np.cumsum(draw.normal(0.0, sigma, count) - sigma * sigma / 2)
    closes = np.maximum(np.rint(np.exp(path)), 100).astype(np.int64)
    opens = np.empty_like(closes)
    opens[0] = first
    opens[1:] = closes[:-1]
    opens = np.maximum(opens + np.rint(draw.normal(0.0, 1.0, count)).astype(np.int64), 100)
    reach = np.abs(np.rint(draw.normal(0.0, 3.0, count))).astype(np.int64)
    highs = np.maximum(opens, closes) + reach
    reach = np.abs(np.rint(draw.normal(0.0, 3.0, count))).astype(np.int64)
    lows = np.maximum(np.minimum(opens, closes) - reach, 1)
    volumes = draw.integers(100, 10000, count)
    times = START + MINUTE * (np.arange(count, dtype=np.int64) + 1)
    return times, opens, highs, lows, closes, volumes


def write(folder, name, count, seed):
    """Writes one file aside and gives it its name when it is whole."""
    path = os.path.join(folder, name + ".csv")
    if os.path.exists(path):
        return
    with open(path + ".part", "w") as out:
        out.write("timestamp,open,high,low,close,volume\n")
        for time, *prices, volume in zip(*(column.tolist() for column in bars(count, seed))):
            text = ",".join(f"{price // 100}.{price % 100:02d}" for price in prices)
            out.write(f"{time},{text},{volume}\n")
    os.replace(path + ".part", path)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, count in (("100k", 100_000), ("500k", 500_000), ("2m", 2_000_000)):
        write(folder, "one_" + name, count, 1)
    for number in range(10):
        write(folder, f"ten_200k_{number}", 200_000, 100 + number)
    for number in range(2):
        write(folder, f"two_2m_{number}", 2_000_000, 200 + number)


if __name__ == "__main__":
    main()
