"""Repeated measurements: interleaved, and summarized by medians and their spread."""
import statistics


def interleave(points, rounds, measure, say):
    """Calls measure(point) for each point in each round; returns {point: [figures of each round]}.

    Each round begins with another point, so that no point always comes first. A point for which
    measure returns None is left out.
    """
    found = {point: [] for point in points}
    for number in range(rounds):
        shift = number * max(1, len(points) // max(1, rounds))
        for place in range(len(points)):
            point = points[(place + shift) % len(points)]
            if found[point] is None:
                continue
            figures = measure(point)
            if figures is None:
                found[point] = None
                continue
            found[point].append(figures)
            say(f"round {number + 1} of {rounds}: {point}: {brief(figures)}")
    return {point: all_of for point, all_of in found.items() if all_of}


def brief(figures):
    rate = figures.get("rate", figures.get("achieved", 0))
    return f"{rate:,.0f}/s, p99 {figures['p99_ms']:.2f} ms" + (
        f", {figures['errors']} errors" if figures["errors"] else ""
    )


def summary(all_of):
    """The median, least and greatest value of each figure; errors are added up."""
    result = {}
    for name in all_of[0]:
        values = [figures[name] for figures in all_of if name in figures]
        if name == "errors":
            result[name] = sum(values)
        elif all(isinstance(value, (int, float)) for value in values):
            result[name] = {
                "median": statistics.median(values), "min": min(values), "max": max(values)
            }
    return result


def ratio(all_of, base):
    """The rate as a multiple of that of base: a ratio for each round, then median and spread.

    Both must have been measured in the same rounds of one run.
    """
    shares = [mine["rate"] / other["rate"] for mine, other in zip(all_of, base) if other["rate"]]
    if not shares:
        return None
    return {"median": statistics.median(shares), "min": min(shares), "max": max(shares)}
