// A user's files over the curves: what the reader makes of each, what it asks for, and its remarks.
"use strict";
const Overlay = (() => {
  const MOST = 4;
  const SYMBOLS = ["circle-open", "square-open", "diamond-open", "triangle-up-open"];
  const at = (id) => document.getElementById(id);
  let files = [], changed;

  const options = (one) => Object.fromEntries(one.fields.filter((field) => !field.hidden).map((field) => [field.dataset.ask, field.querySelector("input, select").value]));

  const say = (one, text, remarks = []) => {
    one.box.querySelector(".overlay-name").textContent = text;
    one.box.querySelector("ul").replaceChildren(...remarks.map((remark) => Object.assign(document.createElement("li"), { textContent: remark })));
  };

  const read = async (one) => {
    const number = ++one.sequence, { name } = one.file;
    let status, answer;
    say(one, `Reading ${name}`);
    try {
      ({ status, found: answer } = await Backend.overlay(one.file, options(one)));
    } catch {
      status = 0;
      answer = { error: `${name} could not be sent: is the command still running, and the file still there?` };
    }
    if (number !== one.sequence) return;  // another answer to what was asked
    // a field that was shown for this file stays: its value is part of how the file was read
    for (const field of one.fields) field.hidden &&= !(answer.asks ?? []).includes(field.dataset.ask);
    one.found = status === 200 ? answer : null;
    if (one.found) {
      const count = one.found.curves.length;
      say(one, `${name}: ${one.found.points} points, ${count} half cycle${count === 1 ? "" : "s"}`, one.found.remarks);
    } else say(one, name);
    changed(status === 200 ? "" : answer.error);
  };

  const remove = (one) => {
    one.sequence += 1;
    one.box.remove();
    files = files.filter((other) => other !== one);
    changed("");
    at("overlay").focus();
  };

  const add = (file) => {
    const same = files.find((one) => one.file.name === file.name);
    if (same) remove(same);
    if (files.length >= MOST) {
      changed(`${MOST} files are shown already: remove one first.`);
      return;
    }
    const box = at("overlay-one").content.firstElementChild.cloneNode(true);
    const one = { file, box, sequence: 0, found: null, fields: [...box.querySelectorAll("[data-ask]")] };
    box.querySelector(".overlay-asks").addEventListener("change", () => read(one));
    const button = box.querySelector("button");
    button.setAttribute("aria-label", `Remove ${file.name}`);
    button.addEventListener("click", () => remove(one));
    files.push(one);
    at("overlays").append(box);
    read(one);
  };

  const start = (whenChanged) => {
    changed = whenChanged;
    at("overlay").addEventListener("change", (event) => {
      for (const file of event.target.files) add(file);
      at("overlay").value = "";
    });
  };

  // All half cycles of a file as one trace, each from its own start.
  const points = () => files.map((one, i) => ({ one, symbol: SYMBOLS[i] })).filter(({ one }) => one.found).map(({ one, symbol }) => ({
    name: one.file.name,
    symbol,
    capacity: one.found.curves.flatMap((curve, i) => (i ? [null, ...curve.capacity_mAh_g] : curve.capacity_mAh_g)),
    voltage: one.found.curves.flatMap((curve, i) => (i ? [null, ...curve.voltage_V] : curve.voltage_V)),
  }));

  return { start, points };
})();
