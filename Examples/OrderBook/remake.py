"""Writes book.csv: a made-up order book of one instrument, from a seeded random walk."""

import random


def main() -> None:
    draw = random.Random(20)
    start = 1_704_187_800_000  # 2024-01-02T09:30:00Z
    middle, time = 10_000, start
    shown: dict[tuple[str, int], int] = {}
    rows = []

    def row(kind: str, side: str, ticks: int, size: int) -> None:
        rows.append(f"{time},{kind},{side},{ticks / 100:.2f},{size}")

    for depth in range(1, 6):
        for side, price in (("bid", middle - depth), ("ask", middle + depth)):
            shown[side, price] = draw.randint(5, 40)
            row("snapshot", side, price, shown[side, price])
    for _ in range(400):
        time += draw.randint(20, 900)
        best = {
            "bid": max(p for (s, p), q in shown.items() if s == "bid"),
            "ask": min(p for (s, p), q in shown.items() if s == "ask"),
        }
        side = draw.choice(("bid", "ask"))
        other = 1 if side == "bid" else -1
        if draw.random() < 0.35:
            price = best[side]
            size = min(shown[side, price], draw.randint(1, 30))
            row("trade", "sell" if side == "bid" else "buy", price, size)
            left = shown[side, price] - size
        else:
            room = best["ask"] - best["bid"] > 2 and draw.random() < 0.4
            price = best[side] + other if room else best[side] - other * draw.randint(0, 5)
            left = draw.randint(0, 40)
        if left == 0 and sum(1 for s, _ in shown if s == side) < 4:
            left = 5
        row("level", side, price, left)
        if left:
            shown[side, price] = left
        else:
            shown.pop((side, price), None)
    with open("book.csv", "w", encoding="ascii") as file:
        file.write("time,type,side,price,size\n" + "\n".join(rows) + "\n")


main()
