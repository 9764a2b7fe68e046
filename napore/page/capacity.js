// Capacity against rate: what is reported, what is shown, what is kept.
"use strict";
const Capacity = (() => {
  const marks = (rows, of, name) => {
    const found = rows.filter((row) => row.of === of);
    return {
      name, type: "scatter", mode: "markers", x: found.map((row) => row.rate_C), y: found.map((row) => (row.low_mAh_g + row.high_mAh_g) / 2),
      error_y: { type: "data", array: found.map((row) => (row.high_mAh_g - row.low_mAh_g) / 2), color: Theme.colour("ink"), thickness: 1.5 },
      marker: { color: Theme.colour("ink"), size: 9, symbol: of === "all" ? "circle-open" : "square-open", line: { width: 2 } },
    };
  };

  const points = (point, name, colour) => [
    { name, y: point.capacity_mAh_g, symbol: "circle" }, { name: `${name}, below 0.1 V`, y: point.below_mAh_g, symbol: "square" },
  ].filter(({ y }) => y !== null).map(({ name: title, y, symbol }) => ({
    name: title, mode: "markers", x: [point.rate_C], y: [y], marker: { color: Theme.colour(colour), size: 11, symbol },
  }));

  const draw = (answer, kept, reported) => {
    const full = answer.potentials !== null;
    const traces = [
      ...points(answer.point, "shown", "accent"),
      ...kept.flatMap((one) => points(one.answer.point, one.name, `kept-${one.place + 1}`)),
    ];
    if (reported.some((row) => row.of === "all")) traces.push(marks(reported, "all", "reported"));
    if (reported.some((row) => row.of === "below")) traces.push(marks(reported, "below", "reported, below 0.1 V"));
    Figures.draw("capacity", traces, {
      xaxis: Theme.axis("rate / C", { type: "log", range: [Math.log10(0.015), Math.log10(12)], tickvals: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] }),
      yaxis: Theme.axis(full ? "Q / mAh g⁻¹ cathode" : "Q / mAh g⁻¹", { rangemode: "tozero" }),
      margin: { l: Theme.narrow() ? 56 : 64, r: 12, t: (Theme.narrow() ? 80 : 40) + 14 * kept.length, b: 48 },
    });
    const marked = full ? "Circles: capacity of discharge. " : "Circles: capacity of desodiation. Squares: what is taken up below 0.1 V, the plateau. ";
    document.getElementById("capacity-why").textContent = marked + (reported.length
      ? "Open marks are what the paper reports of this cell as it is; they do not follow the sliders."
      : "Nothing is reported of this cell.");
  };

  return { draw };
})();
