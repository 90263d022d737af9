"""Plots as SVG, by matplotlib."""
import textwrap

from bench import record
from bench.process import Failed


def pyplot():
    try:
        import matplotlib  # only here: runs without plots do not need it
    except ImportError:
        raise Failed("there is no matplotlib: ./dev setup bench") from None
    matplotlib.use("svg")
    # Text stays text, and the same content gives the same file, so that a diff shows what changed.
    matplotlib.rcParams.update({
        "svg.fonttype": "none", "svg.hashsalt": "rollcall", "font.size": 9, "axes.grid": True,
        "grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False,
    })
    import matplotlib.pyplot
    return matplotlib.pyplot


def finish(plt, figure, axes, name, run):
    axes.legend(fontsize=8, frameon=False)
    note = "\n".join(textwrap.wrap(record.described(run), 150))
    figure.text(0.01, 0.01, note, fontsize=6, color="0.4")
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    record.OUTPUT.mkdir(parents=True, exist_ok=True)
    path = record.OUTPUT / name
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
    return path


def throughput(name, axis, lines, run):
    """Medians, with bars from the least to the greatest of the rounds."""
    plt = pyplot()
    figure, axes = plt.subplots(figsize=(8, 5))
    several = len({line["server"] for line in lines}) > 1
    widest = 1
    for line in lines:
        xs = [point["x"] for point in line["points"]]
        rates = [point["summary"]["rate"] for point in line["points"]]
        middle = [rate["median"] for rate in rates]
        bars = [[rate["median"] - rate["min"] for rate in rates],
                [rate["max"] - rate["median"] for rate in rates]]
        label = f"{line['case']}, {line['server']}" if several else line["case"]
        axes.errorbar(xs, middle, yerr=bars, marker="o", markersize=4, capsize=2, label=label)
        widest = max(widest, max(xs) / min(xs))
    if widest > 20:
        axes.set_xscale("log")
    xs = sorted({point["x"] for line in lines for point in line["points"]})
    axes.set_xticks(xs, [f"{x:,}" for x in xs])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel(axis)
    axes.set_ylabel("requests a second, closed loop")
    axes.set_title(f"Throughput against {axis}")
    return finish(plt, figure, axes, name, run)


def latency(name, lines, run):
    """p50, p99 and p99.9 against the offered load; hollow marks where requests failed."""
    plt = pyplot()
    figure, axes = plt.subplots(figsize=(8, 5))
    for number, line in enumerate(lines):
        for key, label, style in (
            ("p50_ms", "p50", ":"), ("p99_ms", "p99", "-"), ("p999_ms", "p99.9", "--")
        ):
            xs = [point["x"] for point in line["points"]]
            ys = [point["summary"][key]["median"] for point in line["points"]]
            drawn = axes.plot(xs, ys, style, color=f"C{number}", label=f"{line['server']}, {label}")
            for point, y in zip(line["points"], ys):
                whole = point["summary"]["errors"] == 0
                mark = "s" if point["generator_late"] else "o"
                axes.plot(point["x"], y, mark, markersize=5, color=drawn[0].get_color(),
                          markerfacecolor=drawn[0].get_color() if whole else "none")
    axes.set_yscale("log")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("requests a second offered, evenly spaced (open loop); hollow: with errors, "
                    "square: the generator was late itself")
    axes.set_ylabel("milliseconds from when a request was due")
    axes.set_title(f"Latency against offered load: {lines[0]['case']}")
    return finish(plt, figure, axes, name, run)


def overload(name, lines, run):
    """Goodput against the offered load, both in capacities; beside it the p99 of the probes.

    A colour for each case, a kind of line for each server. Hollow where the generator fell short,
    square where all its connections waited for the server.
    """
    plt = pyplot()
    figure = plt.figure(figsize=(10, 6))
    grid = figure.add_gridspec(2, 2, width_ratios=(3, 2))
    goodput = figure.add_subplot(grid[:, 0])
    panels = [(goodput, lambda point: point["share"])]
    panels += [(figure.add_subplot(grid[row, 1]),
                lambda point, path=path: point[path] and point[path]["p99_ms"])
               for row, path in enumerate(("live", "ready"))]
    loads = sorted({point["x"] for line in lines for point in line["points"]})
    cases = list(dict.fromkeys(line["case"] for line in lines))
    servers = list(dict.fromkeys(line["server"] for line in lines))
    for axes, value in panels:
        for line in lines:
            drawn = [(point, value(point)) for point in line["points"]]
            drawn = [(point, y) for point, y in drawn if y is not None]
            color = f"C{cases.index(line['case'])}"
            style = ("-", "--", ":", "-.")[servers.index(line["server"]) % 4]
            label = f"{line['case']}, {line['server']}" if len(servers) > 1 else line["case"]
            axes.plot([point["x"] for point, _ in drawn], [y for _, y in drawn], style, color=color,
                      label=label)
            for point, y in drawn:
                mark = "s" if point["connections_short"] else "o"
                axes.plot(point["x"], y, mark, markersize=5, color=color,
                          markerfacecolor="none" if point["generator_short"] else color)
        axes.set_xticks(loads, [f"{load:g}" for load in loads])
        axes.set_xlim(left=0)
    goodput.plot([0, 1, max(1, *loads)], [0, 1, 1], color="0.7", linewidth=1, zorder=0)
    goodput.set_ylim(bottom=0)
    goodput.set_ylabel("good answers a second, in capacities")
    goodput.set_xlabel("requests a second offered, in capacities (open loop); grey: the ideal;\n"
                       "square: fewer were sent, as all connections were waiting; "
                       "hollow: fewer,\nas the generator was too slow")
    goodput.set_title("Goodput under overload")
    for (axes, _), path in zip(panels[1:], ("/live", "/ready")):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(plt.LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.minorticks_off()
        axes.set_title(f"{path} meanwhile: p99, ms")
    return finish(plt, figure, goodput, name, run)
