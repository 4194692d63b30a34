"""Rows of a benchmark, as a table and as JSON."""
import json
import statistics
import time


def row(name, ours, unit, peer=None, better="more"):
    """`better` says whether more of the unit is better ("more") or less."""
    out = {"name": name, "ours": round(ours, 4), "unit": unit}
    if peer is not None:
        out["peer"] = round(peer, 4)
        out["ratio"] = round(ours / peer if better == "more" else peer / ours, 3)
    return out


def show(rows, title, path=None):
    print(title)
    number = lambda v: "" if v is None else f"{v:.4g}" if abs(v) < 1000 else f"{v:,.0f}"
    table = [["", "ours", "peer", "ratio", "unit"]]
    table += [[r["name"], number(r["ours"]), number(r.get("peer")), number(r.get("ratio")), r["unit"]] for r in rows]
    widths = [max(len(line[column]) for line in table) for column in range(5)]
    for line in table:
        print("  ".join(cell.ljust(w) if c in (0, 4) else cell.rjust(w) for c, (cell, w) in enumerate(zip(line, widths))).rstrip())
    if path:
        with open(path, "w") as out:
            json.dump(rows, out, indent=1)


def rates(parts, seconds, clock=time.perf_counter):
    """Items a second of each part, a function that gives how many items it did. The parts take turns in short slices, so
    that what else the machine does meets all alike; the median of a part's slices is its rate. `clock` is
    time.process_time where one thread is compared with one thread: then time in which another process ran is not counted."""
    for part in parts:
        part()
    slices = [[] for _ in parts]
    end = time.perf_counter() + seconds * len(parts)
    while time.perf_counter() < end or len(slices[0]) < 5:
        for part, found in zip(parts, slices):
            start = clock()
            done = part()
            found.append(done / (clock() - start))
    return [statistics.median(found) for found in slices]
