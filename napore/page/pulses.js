// What pulses read of a half cell, for diffusivities that are put in.
"use strict";
const Pulses = (() => {
  const at = (id) => document.getElementById(id);
  let found = [], number = 0, state = () => ({});

  const draw = () => {
    at("pulses").hidden = at("pulses-clear").hidden = at("pulses-png").hidden = found.length === 0;
    if (found.length === 0) return;
    const colours = ["accent", "kept-1", "kept-2", "kept-3", "kept-4"];
    const traces = found.flatMap((one, i) => {
      const colour = Theme.colour(colours[i % colours.length]), text = `${one.put_in_m2_s.toExponential(1)} m²/s`;
      return [
        { name: `put in ${text}`, x: [0, 1.1], y: [one.put_in_m2_s, one.put_in_m2_s], mode: "lines", line: { color: colour, dash: "dash", width: 1.5 } },
        {
          name: `read of ${text}`, x: one.voltage_V, y: one.read_m2_s, mode: "lines+markers", line: { color: colour, width: 1.5 },
          marker: { color: colour, size: 7, symbol: one.bound.map((bound) => (bound ? "circle-open" : "circle")) },
        },
      ];
    });
    Figures.draw("pulses", traces, {
      xaxis: Theme.axis("E / V vs Na⁺/Na at rest", { range: [1.1, 0] }),
      yaxis: Theme.axis("D / m² s⁻¹", { type: "log", exponentformat: "power", dtick: 1 }),
      margin: { l: 72, r: 12, t: Theme.narrow() ? 110 : 60, b: 48 },
    });
  };

  const run = async () => {
    const value = Number(at("put-in").value);
    at("run-pulses").disabled = true;
    at("pulses-why").textContent = "Running the pulses.";
    number += 1;
    const asked = { ...state(), adsorbed_diffusivity_m2_s: value };
    const { status, found: one } = await Backend.ask("pulses", asked, number, "-pulses");
    at("run-pulses").disabled = false;
    if (status === 204) return;
    at("pulses-why").textContent = status === 200 ? one.why : one.error;
    if (status !== 200) return;
    found = [...found.filter((other) => other.put_in_m2_s !== one.put_in_m2_s), one];
    draw();
  };

  // A carbon offers its own diffusivities.
  const offer = (choices, carbon) => {
    const values = choices.put_in_m2_s[carbon] ?? [];
    if (at("put-in").dataset.carbon === carbon) return;
    at("put-in").dataset.carbon = carbon;
    at("put-in").replaceChildren(...values.map((value, i) => Object.assign(document.createElement("option"), {
      value, textContent: `${value.toExponential(2)} m²/s${i === 0 ? ", its own" : ""}`,
    })));
    found = [];
    draw();
  };

  const start = (current) => {
    state = current;
    at("run-pulses").addEventListener("click", run);
    at("pulses-clear").addEventListener("click", () => {
      found = [];
      at("pulses-why").textContent = "";
      draw();
    });
  };

  return { start, offer, draw };
})();
