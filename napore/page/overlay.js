// A user's file over the curves: what the reader makes of it, what it asks for, and its remarks.
"use strict";
const Overlay = (() => {
  const at = (id) => document.getElementById(id);
  const fields = () => Array.from(document.querySelectorAll("#overlay-asks [data-ask]"));
  const input = (field) => field.querySelector("input, select");
  let file = null, found = null, sequence = 0, changed;

  const options = () => Object.fromEntries(fields().filter((one) => !one.hidden).map((one) => [one.dataset.ask, input(one).value]));

  // A field that was shown for this file stays: its value is part of how the file was read.
  const show = (asks) => {
    for (const field of fields()) field.hidden &&= !asks.includes(field.dataset.ask);
    at("overlay-asks").hidden = fields().every((field) => field.hidden);
  };

  const forget = () => {
    found = null;
    at("overlay-name").textContent = "";
    at("overlay-remarks").replaceChildren();
  };

  const read = async () => {
    const number = ++sequence, { name } = file;
    let status, answer;
    at("overlay-name").textContent = `Reading ${name}`;
    try {
      ({ status, found: answer } = await Backend.overlay(file, options()));
    } catch {
      status = 0;
      answer = { error: `${name} could not be sent: is the command still running, and the file still there?` };
    }
    if (number !== sequence) return;  // another file, or another answer to what was asked
    forget();
    show(answer.asks ?? []);
    at("overlay-clear").hidden = false;
    if (status === 200) {
      found = answer;
      const count = found.curves.length;
      at("overlay-name").textContent = `${name}: ${found.points} points, ${count} half cycle${count === 1 ? "" : "s"}`;
      at("overlay-remarks").replaceChildren(...found.remarks.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    }
    changed(status === 200 ? "" : answer.error);
  };

  const clear = () => {
    sequence += 1;
    file = null;
    forget();
    for (const field of fields()) {
      field.hidden = true;
      input(field).value = "";
    }
    show([]);
    at("overlay-clear").hidden = true;
  };

  const start = (whenChanged) => {
    changed = whenChanged;
    at("overlay").addEventListener("change", (event) => {
      const chosen = event.target.files[0];
      if (!chosen) return;
      clear();
      file = chosen;
      read();
    });
    at("overlay-asks").addEventListener("change", () => { if (file) read(); });
    at("overlay-clear").addEventListener("click", () => {
      clear();
      at("overlay").value = "";
      changed("");
    });
  };

  // All half cycles as one trace, each from its own start.
  const points = () => found && {
    capacity: found.curves.flatMap((curve, i) => (i ? [null, ...curve.capacity_mAh_g] : curve.capacity_mAh_g)),
    voltage: found.curves.flatMap((curve, i) => (i ? [null, ...curve.voltage_V] : curve.voltage_V)),
  };

  return { start, points };
})();
