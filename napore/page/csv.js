// Reading of a user's curve in the browser, and writing of what is shown.
"use strict";
const Csv = (() => {
  const LARGEST = 5e6;
  const POINTS = 20000;

  // A comma separates only where nothing else does: it may be that of a decimal number.
  const separatorOf = (line) => ["\t", ";"].find((mark) => line.includes(mark)) ?? ",";

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
    const numeric = (row) => row.map((_, i) => i).filter((i) => Number.isFinite(number(row[i], separator)));
    const first = rows.findIndex((row) => numeric(row).length >= 2);
    if (first < 0) throw new Error("no two columns of numbers were found: give capacity (mAh/g) and voltage (V)");
    const names = first > 0 ? rows[first - 1].map((cell) => cell.trim().toLowerCase()) : [];
    const find = (...patterns) => patterns.map((pattern) => names.findIndex((name) => pattern.test(name))).find((at) => at >= 0) ?? -1;
    let x = find(/mah\W*_?k?g/, /capacity|mah|charge/);
    let y = find(/volt|potential|ewe|^[eu]\b|_v$|\/ ?v$/);
    if (x < 0 || y < 0 || x === y) [x, y] = numeric(rows[first]);
    if (/ah(?!\W*_?k?g)/.test(names[x] ?? "")) {
      throw new Error(`"${rows[first - 1][x].trim()}" is not per gram: give the capacity in mAh/g (of carbon; of cathode in a full cell)`);
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
