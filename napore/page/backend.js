// Who answers: the server on this machine, or the grid inside an exported page.
"use strict";
const Backend = (() => {
  const embedded = document.getElementById("grid");
  const client = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("");

  const LARGEST = 50e6;

  const server = {
    overlay: async (file, options) => {
      if (file.size > LARGEST) {
        return { status: 413, found: { error: `${file.name} has ${(file.size / 1e6).toFixed(0)} MB: give at most ${LARGEST / 1e6} MB` } };
      }
      const answer = await fetch(`overlay?${new URLSearchParams({ ...options, name: file.name })}`, {
        method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file,
      });
      return { status: answer.status, found: await answer.json() };
    },
    choices: async () => (await fetch("choices.json")).json(),
    ask: async (kind, state, sequence) => {
      const answer = await fetch(kind, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ client, sequence, state }),
      });
      return { status: answer.status, found: await answer.json() };
    },
  };

  const grid = () => {
    const held = JSON.parse(embedded.textContent);
    return {
      choices: async () => held.choices,
      overlay: async (file) => Strict.read(file, held.labels),
      ask: async (kind, state) => {
        const { carbons, cathodes, models, adsorption_laws: laws } = held.choices;
        if (!(state.carbon in carbons && state.cathode in cathodes && models.includes(state.model) && laws.includes(state.adsorption_law))) {
          return { status: 422, found: { error: "This file does not hold that cell, model or law: open it without what follows # in its address." } };
        }
        const cell = state.cathode === "none" ? state.carbon : `${state.carbon}-${state.cathode}`;
        const sliders = held.choices.sliders[cell];
        let index = 0;
        for (const slider of sliders) {
          const value = state[slider.key] ?? slider.start;
          const near = slider.values.reduce((best, v, i) => (
            Math.abs(Math.log(v / value)) < Math.abs(Math.log(slider.values[best] / value)) ? i : best), 0);
          index = index * slider.values.length + near;
        }
        const found = held.answers[cell][index][kind];
        return { status: found.error ? 422 : 200, found };
      },
    };
  };

  return embedded ? grid() : server;
})();
