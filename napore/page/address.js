// The address holds the state, the kept curves and the question: a link is an exercise. What it cannot mean is left out, with a note.
"use strict";
const Address = (() => {
  const LONGEST_NAME = 40;
  const plain = (name) => name.replace(/[;=]/g, " ").trim().slice(0, LONGEST_NAME);

  const parts = (state) => Object.entries(state).map(([key, value]) => `${key}=${value}`);

  const write = (changed, kept, question) => {
    const found = new URLSearchParams(changed);
    if (question) found.set("question", question);
    for (const { name, state } of kept) found.append("keep", [plain(name), ...parts(state)].join(";"));
    return `#${found}`;
  };

  // What of some entries a cell on this page can have; the others are named in "left".
  const checked = (entries, choices, left) => {
    const found = {};
    const offered = {
      carbon: Object.keys(choices.carbons), cathode: Object.keys(choices.cathodes), model: choices.models, adsorption_law: choices.adsorption_laws,
    };
    for (const [key, value] of entries.filter(([key]) => key in offered)) {
      if (offered[key].includes(value)) found[key] = value;
      else left.push(`${key}=${value}`);
    }
    const carbon = found.carbon ?? offered.carbon[0], cathode = found.cathode ?? offered.cathode[0];
    const known = (choices.sliders[cathode === "none" ? carbon : `${carbon}-${cathode}`] ?? []).map((slider) => slider.key);
    for (const [key, value] of entries.filter(([key]) => !(key in offered))) {
      if (known.includes(key)) found[key] = Controls.read(value);
      else left.push(`${key}=${value}`);
    }
    return found;
  };

  const read = (hash, choices) => {
    const given = [...new URLSearchParams(hash.replace(/^#/, ""))];
    const of = (name) => given.filter(([key]) => key === name).map(([, value]) => value);
    const left = [];
    const state = checked(given.filter(([key]) => key !== "keep" && key !== "question"), choices, left);
    const kept = of("keep").map((text) => {
      const [name, ...entries] = text.split(";");
      return { name: plain(name), state: checked(entries.map((one) => one.split("=", 2)), choices, left) };
    });
    const [question] = of("question").filter((key) => choices.questions.some((one) => one.key === key));
    const note = left.length === 0 ? "" : `Left out of the address, which this page does not know or hold: ${left.map((one) => one.slice(0, 60)).join(", ")}.`;
    return { state, kept, question, note };
  };

  return { write, read, plain };
})();
