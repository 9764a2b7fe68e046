// Choices and sliders; the state is kept as the user gave it, and checked by the server.
"use strict";
const Controls = (() => {
  const STEPS = 200;
  const CHOICES = ["carbon", "cathode", "model", "adsorption_law"];
  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const text = (value) => {
    const size = Math.abs(value);
    return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  };
  const read = (written) => {
    const plain = written.trim().replace(",", ".").replace("−", "-");
    return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : written;
  };

  // Place of the computed value that is nearest.
  const nearest = (slider, value) => {
    const off = (v) => Math.abs(slider.logarithmic ? Math.log(v / value) : v - value);
    return slider.values.reduce((best, v, i) => (off(v) < off(slider.values[best]) ? i : best), 0);
  };

  // Value of a slider from its position, and back.
  const scaleOf = (slider) => {
    if (slider.values) {
      const near = (value) => nearest(slider, value);
      return { steps: slider.values.length - 1, value: (at) => slider.values[at], position: near };
    }
    const { low, high, logarithmic } = slider;
    const value = (at) => {
      const share = at / STEPS;
      if (share === 0) return low;
      if (share === 1) return high;
      return Number((logarithmic ? low * (high / low) ** share : low + share * (high - low)).toPrecision(3));
    };
    const position = (v) => {
      const share = logarithmic ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
      return Math.round(STEPS * Math.min(1, Math.max(0, share)));
    };
    return { steps: STEPS, value, position };
  };

  let choices, state, changed, first;
  const rows = new Map();

  const cell = () => (state.cathode && state.cathode !== "none" ? `${state.carbon}-${state.cathode}` : state.carbon);
  const sliders = () => choices.sliders[cell()] ?? Object.values(choices.sliders)[0];

  // A state with what it does not say of the cell.
  const whole = (given) => ({ ...first, ...given });

  const options = (id, names, value) => {
    const select = document.getElementById(id);
    select.replaceChildren(...names.map(([key, label]) => element("option", { value: key, textContent: label })));
    select.value = value;
    select.disabled = names.length < 2;
  };

  const show = (slider) => {
    const row = rows.get(slider.key);
    const value = state[slider.key] ?? slider.start;
    if (typeof value === "number") row.range.value = row.scale.position(value);
    row.range.setAttribute("aria-valuetext", `${typeof value === "number" ? text(value) : value} ${slider.unit}`);
    if (document.activeElement !== row.field) row.field.value = typeof value === "number" ? text(value) : value;
  };

  const make = (slider) => {
    const scale = scaleOf(slider);
    const id = `slider-${slider.key}`;
    const range = element("input", { type: "range", id, min: 0, max: scale.steps, step: 1 });
    const field = element("input", { type: "text", inputMode: "decimal", readOnly: Boolean(slider.values) });
    const derived = element("span", { className: "derived" });
    const hint = element("p", { className: "hint", id: `${id}-hint`, title: slider.source }, derived, slider.why);
    field.setAttribute("aria-label", `${slider.label} in ${slider.unit}`);
    range.setAttribute("aria-describedby", hint.id);
    range.addEventListener("input", () => {
      state[slider.key] = scale.value(Number(range.value));
      show(slider);
      changed();
    });
    field.addEventListener("change", () => {
      if (field.value.trim() === "") delete state[slider.key];
      else state[slider.key] = read(field.value);
      show(slider);
      changed();
    });
    rows.set(slider.key, { range, field, derived, scale, label: slider.label });
    const label = element("label", { htmlFor: id }, `${slider.label} `, element("span", { className: "unit", textContent: slider.unit }));
    return element("div", { className: "slider" }, element("div", { className: "row" }, label, field), range, hint);
  };

  const rebuild = () => {
    rows.clear();
    document.getElementById("sliders").replaceChildren(...sliders().map(make));
    sliders().forEach(show);
  };

  // Another cell keeps what the user moved, where it has it and allows it; loadings are of another electrode.
  const carry = () => {
    const known = new Map(sliders().map((slider) => [slider.key, slider]));
    for (const key of Object.keys(state)) {
      const slider = known.get(key);
      const fits = slider && key !== "loading_mg_cm2" && state[key] >= slider.low && state[key] <= slider.high;
      if (!CHOICES.includes(key) && !fits) delete state[key];
    }
  };

  const start = (given, initial, onChange) => {
    choices = given;
    const same = (names) => names.map((name) => [name, name]);
    const offered = {
      carbon: Object.entries(choices.carbons), cathode: Object.entries(choices.cathodes),
      model: same(choices.models), adsorption_law: same(choices.adsorption_laws),
    };
    first = Object.fromEntries(CHOICES.map((id) => [id, offered[id][0][0]]));
    state = whole(initial);
    changed = onChange;
    for (const id of CHOICES) {
      options(id, offered[id], state[id]);
      document.getElementById(id).addEventListener("change", (event) => {
        state[id] = event.target.value;
        carry();
        rebuild();
        changed();
      });
    }
    document.getElementById("reset").addEventListener("click", () => {
      sliders().forEach((slider) => delete state[slider.key]);
      sliders().forEach(show);
      changed();
    });
    rebuild();
  };

  const mark = (error) => {
    for (const { field, label } of rows.values()) field.setAttribute("aria-invalid", String(Boolean(error) && error.startsWith(`${label} is `)));
  };

  const derive = (texts) => {
    for (const [key, row] of rows) row.derived.textContent = texts[key] ? `${texts[key]} ` : "";
  };

  // What differs from the start.
  const moved = () => Object.fromEntries(Object.entries(state).filter(([key, value]) => {
    const slider = sliders().find((one) => one.key === key);
    return !slider || value !== slider.start;
  }));

  const label = (key) => Object.values(choices.sliders).flat().find((one) => one.key === key)?.label ?? key;

  return { start, mark, derive, moved, whole, read, nearest, label, state: () => ({ ...state }) };
})();
