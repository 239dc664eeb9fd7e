#!/usr/bin/env python3
"""Writes python-ints.json: sums, differences, products and quotients of Python's integers."""
import json
import pathlib
import random

random.seed(20261120)


def number(bits):
    return random.getrandbits(bits) | 1 << (bits - 1)


lengths = [(1, 1), (31, 32), (32, 32), (33, 32), (64, 33), (63, 63), (128, 64), (127, 96),
           (200, 128), (3200, 1600), (3232, 32), (4096, 4064), (4100, 4100), (513, 250), (96, 64)]
pairs = [(number(a), number(b)) for a, b in lengths]
# Quotient digits that a first estimate gets wrong.
pairs += [
    (2**256 - 1, 2**128 - 1),
    (2**192 - 2**64, 2**96 - 1),
    (2**95 | 0xFFFFFFFF, 2**63 | 1),
    (2**127 + 3, 2**95 + 1),
    (0x7FFFFFFF800000010000000000000000, 0x800000008000000200000005),
    (0x800000000000000000000003, 0x200000000000000000000001),
    (0x8000000000000000FFFFFFFE00000000, 0x80000000000000000000FFFF),
]
rows = [
    {
        "a": str(a), "b": str(b), "sum": str(a + b), "difference": str(abs(a - b)),
        "product": str(a * b), "quotient": str(a // b), "remainder": str(a % b),
    }
    for a, b in pairs
]
path = pathlib.Path(__file__).with_name("python-ints.json")
path.write_text(json.dumps(rows, indent=1) + "\n")
