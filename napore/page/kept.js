// Curves that stay beside the one that the sliders move, each with a name.
"use strict";
const Kept = (() => {
  const MOST = 4;
  const list = document.getElementById("kept"), button = document.getElementById("keep");
  let all = [], changed = () => {}, number = 0;

  const place = () => [0, 1, 2, 3].find((at) => !all.some((one) => one.place === at));
  const short = (state) => {
    const { carbon = Controls.whole({}).carbon, cathode, model, adsorption_law: law, ...moved } = state;
    const words = Object.entries(moved).map(([key, value]) => `${Controls.label(key)} ${value}`);
    return [cathode && cathode !== "none" ? `${carbon}-${cathode}` : carbon, model, law, ...words].filter(Boolean).join(", ");
  };

  const show = () => {
    button.disabled = all.length >= MOST;
    list.replaceChildren(...all.map((one) => {
      const item = document.createElement("li"), swatch = document.createElement("span"), name = document.createElement("input");
      const what = document.createElement("span"), remove = document.createElement("button");
      swatch.className = `swatch kept-${one.place + 1}`;
      Object.assign(name, { type: "text", value: one.name, maxLength: 40 });
      name.setAttribute("aria-label", "Name of the kept curve");
      name.addEventListener("change", () => {
        one.name = name.value = Address.plain(name.value) || "kept";
        remove.setAttribute("aria-label", `Remove ${one.name}`);
        changed();
      });
      what.className = "hint";
      what.textContent = one.error ?? short(one.state);
      Object.assign(remove, { type: "button", textContent: "Remove" });
      remove.setAttribute("aria-label", `Remove ${one.name}`);
      remove.addEventListener("click", () => {
        all = all.filter((other) => other !== one);
        show();
        changed();
        button.focus();
      });
      item.append(swatch, name, what, remove);
      return item;
    }));
  };

  const add = (name, state, answer, error) => {
    if (all.length >= MOST) return;
    all.push({ name, state, answer, error, place: place() });
    show();
  };

  // Those of an address are asked for one after the other, each as a client of its own.
  const restore = async (given) => {
    for (const { name, state } of given.slice(0, MOST)) {
      number += 1;
      const { status, found } = await Backend.ask("simulate", Controls.whole(state), 1, `-kept-${number}`);
      add(name, state, status === 200 ? found : null, status === 200 ? undefined : found.error);
    }
    if (given.length) changed();
  };

  const start = (current, whenChanged) => {
    changed = whenChanged;
    show();
    button.addEventListener("click", () => {
      const found = current();
      if (!found) return;
      const { state, answer } = found;
      add(`${answer.cell}, ${answer.point.rate_C} C`, state, answer);
      changed();
    });
  };

  // Those of the same kind of cell as an answer: capacities are per gram of carbon, or of cathode.
  const beside = (answer) => all.filter((one) => one.answer && (one.answer.potentials === null) === (answer.potentials === null));

  return { start, restore, beside, states: () => all.map(({ name, state }) => ({ name, state })) };
})();
