// Reading of a file where no napore is behind the page: one half cycle in two columns, or a refusal.
"use strict";
const Strict = (() => {
  const LARGEST = 5e6;
  const RULE = "this page has no reader behind it and takes two columns only, capacity per gram and voltage of one half cycle, "
    + "with their units in the first line, as in \"Capacity [mAh/g];Voltage [V]\"; napore page and napore read take the rest";

  const NAME_SIGNS = /[\s_.<>~#:]/g;
  const UNIT_SIGNS = /[\s.·⋅*^${}]/g;
  const UNIT_MARKS = "[(/_#, ";

  // What a heading says: every place where a unit may begin is tried.
  const quantityOf = (label, labels) => {
    const text = label.normalize("NFKC").trim().replaceAll("\u2212", "-").replaceAll("\u03bc", "µ");
    for (let i = 1; i < text.length; i += 1) {
      if (!UNIT_MARKS.includes(text[i])) continue;
      const name = text.slice(0, i).toLowerCase().replace(NAME_SIGNS, "");
      const unit = text.slice(i).replace(/^[\s[(/_#,]+|[\s\])]+$/g, "").replace(UNIT_SIGNS, "");
      for (const key of ["capacity", "voltage"]) {
        if (labels[key].names.includes(name) && Object.hasOwn(labels[key].units, unit)) return { key, factor: labels[key].units[unit] };
      }
    }
    return null;
  };

  const cells = (line, separator) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));

  const parse = (text, labels) => {
    const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
    while (lines.length && lines.at(-1).trim() === "") lines.pop();
    const separator = ["\t", ";"].find((mark) => (lines[0] ?? "").includes(mark)) ?? ",";
    const number = separator === "," ? /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i : /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;
    const headings = cells(lines[0] ?? "", separator).map((label) => quantityOf(label, labels));
    const order = ["capacity", "voltage"].map((key) => headings.findIndex((one) => one?.key === key));
    if (headings.length !== 2 || order.includes(-1)) throw new Error("line 1 is no heading of these");
    const columns = [[], []];
    lines.slice(1).forEach((line, k) => {
      const row = cells(line, separator);
      if (row.length !== 2 || !row.every((cell) => number.test(cell))) throw new Error(`line ${k + 2} is no pair of numbers`);
      order.forEach((from, to) => columns[to].push(Number(row[from].replace(",", ".")) * headings[from].factor));
    });
    return columns;
  };

  const check = ([capacity, voltage], labels) => {
    if (capacity.length < 3) throw new Error("there are fewer than three points");
    if (capacity.some((q, i) => q < (i ? capacity[i - 1] : 0))) throw new Error("the capacity falls");
    if (capacity.at(-1) > labels.highest_mAh_g) throw new Error(`the capacity is above ${labels.highest_mAh_g} mAh/g`);
    if (voltage.some((V) => V > labels.highest_V || V < labels.lowest_V)) {
      throw new Error(`a voltage is outside ${labels.lowest_V} to ${labels.highest_V} V`);
    }
    const [first, last] = [voltage[0], voltage.at(-1)];
    const [low, high] = [voltage.reduce((a, b) => Math.min(a, b)), voltage.reduce((a, b) => Math.max(a, b))];
    const turned = Math.abs(last - first) < 0.9 * (high - low);
    if (high - low < 1e-2 || turned) throw new Error("the voltage does not go one way");
    return last < first ? "sodiation" : "desodiation";
  };

  const read = async (file, labels) => {
    try {
      if (file.size > LARGEST) throw new Error(`it is longer than ${LARGEST / 1e6} MB`);
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      const columns = parse(text, labels);
      const [capacity_mAh_g, voltage_V] = columns;
      const curve = { direction: check(columns, labels), capacity_mAh_g, voltage_V };
      return { status: 200, found: { curves: [curve], points: voltage_V.length, remarks: [], asks: [] } };
    } catch (problem) {
      const why = problem instanceof TypeError ? "it is no UTF-8 text" : problem.message;
      return { status: 422, found: { error: `${file.name}: ${why}: ${RULE}` } };
    }
  };

  return { read };
})();
