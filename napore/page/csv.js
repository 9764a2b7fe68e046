// Reading of a user's curve in the browser, and writing of what is shown.
"use strict";
const Csv = (() => {
  const LARGEST = 5e6;
  const POINTS = 20000;

  const separatorOf = (line) => {
    const count = (mark) => line.split(mark).length;
    // a comma may be that of a decimal number
    return ["\t", ";", ","].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
  };

  const number = (text, separator) => {
    const plain = text.trim().replace(/^"|"$/g, "");
    if (plain === "") return NaN;
    return Number(separator === "," ? plain : plain.replace(",", "."));
  };

  // Two columns, capacity and voltage, found by their headings or else the first two of numbers.
  const parse = (text) => {
    if (text.length > LARGEST) throw new Error("the file is longer than 5 MB: give one curve");
    const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((line) => line.trim() !== "" && line[0] !== "#");
    if (lines.length < 3) throw new Error("the file has fewer than three lines: give capacity and voltage, one point per line");
    const separator = separatorOf(lines[Math.min(2, lines.length - 1)]);
    const rows = lines.map((line) => line.split(separator));
    const heading = rows.findIndex((row) => row.filter((cell) => Number.isFinite(number(cell, separator))).length < 2);
    const first = heading === 0 ? 1 : 0;
    const names = heading === 0 ? rows[0].map((cell) => cell.trim().toLowerCase()) : [];
    const find = (pattern) => names.findIndex((name) => pattern.test(name));
    let x = find(/capacity|mah|charge/);
    let y = find(/volt|potential|ewe|^[eu]\b|_v$|\/ ?v$/);
    if (x < 0 || y < 0 || x === y) {
      const cells = rows[first];
      const numeric = cells.map((_, i) => i).filter((i) => Number.isFinite(number(cells[i], separator)));
      if (numeric.length < 2) throw new Error("no two columns of numbers were found: give capacity (mAh/g) and voltage (V)");
      [x, y] = numeric;
    }
    const points = rows.slice(first)
      .map((row) => [number(row[x] ?? "", separator), number(row[y] ?? "", separator)])
      .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
    if (points.length < 2) throw new Error("no points were found in the columns of capacity and voltage");
    if (points.some(([, voltage]) => Math.abs(voltage) > 10)) throw new Error("a voltage is above 10 V: give it in V, in the column after the capacity");
    const every = Math.ceil(points.length / POINTS);
    const kept = points.filter((_, i) => i % every === 0);
    return { capacity: kept.map((p) => p[0]), voltage: kept.map((p) => p[1]) };
  };

  const table = (answer) => {
    const lines = [`# napore page; ${JSON.stringify(answer.state)}`];
    lines.push("direction,time_h,capacity_mAh_g,voltage_V,adsorbed_mAh_g,filled_mAh_g");
    for (const curve of answer.curves) {
      curve.time_h.forEach((time, i) => lines.push([
        curve.direction, time, curve.capacity_mAh_g[i], curve.voltage_V[i], curve.adsorbed_mAh_g[i], curve.filled_mAh_g[i],
      ].join(",")));
    }
    return lines.join("\n") + "\n";
  };

  const save = (text, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  return { parse, table, save };
})();
