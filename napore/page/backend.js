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
    // 204: a newer request of the same client took its place
    ask: async (kind, state, sequence, who = "") => {
      const answer = await fetch(kind, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ client: client + who, sequence, state }),
      });
      return { status: answer.status, found: answer.status === 204 ? null : await answer.json() };
    },
  };

  const grid = () => {
    const held = JSON.parse(embedded.textContent);
    return {
      choices: async () => held.choices,
      overlay: async (file) => Strict.read(file, held.labels),
      ask: async (kind, state) => {
        const cell = state.cathode === "none" ? state.carbon : `${state.carbon}-${state.cathode}`;
        if (!(cell in held.answers)) {
          return { status: 422, found: { error: `This file does not hold ${cell}: it has ${Object.keys(held.answers).join(", ")}.` } };
        }
        const sliders = held.choices.sliders[cell];
        let index = 0;
        for (const slider of sliders) {
          index = index * slider.values.length + Controls.nearest(slider, state[slider.key] ?? slider.start);
        }
        if (kind === "pulses") {
          const values = held.choices.put_in_m2_s[state.carbon] ?? [];
          const read = held.pulses[state.carbon]?.[values.indexOf(state.adsorbed_diffusivity_m2_s)];
          return read ? { status: read.error ? 422 : 200, found: read } : { status: 422, found: { error: "This file does not hold these pulses." } };
        }
        const found = held.answers[cell][index][kind];
        return { status: found.error ? 422 : 200, found };
      },
    };
  };

  return embedded ? grid() : server;
})();
