// From a change of the state to figures: only the newest answer is drawn.
"use strict";
(() => {
  const WATERFALL_AFTER_MS = 500;
  const at = (id) => document.getElementById(id);
  let sequence = 0, shown = null, shownState = null, energy = null, timer = 0, choices = null, question = "";

  const remember = () => history.replaceState(null, "", Address.write(Controls.moved(), Kept.states(), question));

  const curves = () => {
    const kept = Kept.beside(shown);
    Figures.voltage(shown, Overlay.points(), kept);
    Capacity.draw(shown, kept, choices.reported[shown.cell] ?? []);
  };

  const say = (status, error) => {
    at("status").textContent = status;
    at("error").textContent = error;
    Controls.mark(error);
  };

  const written = (row) => (row.value === null ? "none" : row.value.toFixed(row.digits).replace("-", "−"));

  const summarise = (rows) => at("summary").replaceChildren(...rows.map((row) => {
    const box = document.createElement("div"), term = document.createElement("dt"), value = document.createElement("dd");
    const unit = document.createElement("span");
    term.textContent = row.label;
    unit.className = "unit";
    unit.textContent = ` ${row.unit}`;
    value.append(written(row), unit);
    if (row.label === "Plating margin" && row.value < 0) value.className = "bad";
    box.append(term, value);
    return box;
  }));

  const moment = () => {
    const { time_h: time, direction } = shown.particle;
    const slider = at("moment");
    const share = Number(slider.value) / Math.max(1, Number(slider.max));
    slider.max = time.length - 1;
    slider.value = Math.round(share * (time.length - 1));
    const index = Number(slider.value);
    const name = direction[index < time.length / 2 ? 0 : 1];
    at("moment-text").textContent = `${time[index].toPrecision(3)} h, ${name}`;
    slider.setAttribute("aria-valuetext", at("moment-text").textContent);
    return index;
  };

  const inside = () => {
    const index = moment();
    Figures.particle(shown, index);
    Figures.profile(shown, index);
  };

  const draw = () => {
    if (!shown) return;
    const full = shown.potentials !== null;
    document.querySelectorAll(".full-only").forEach((card) => { card.hidden = !full; });
    document.querySelectorAll(".half-only").forEach((card) => { card.hidden = full; });
    for (const [name, text] of Object.entries(shown.why)) at(`${name}-why`).textContent = text;
    summarise(shown.summary);
    Controls.derive(shown.derived);
    at("python").textContent = shown.python;
    curves();
    inside();
    Figures.differential(shown);
    if (!full) {
      Pulses.offer(choices, shown.state.carbon);
      Pulses.draw();
    }
    if (full) {
      Figures.potentials(shown);
      if (energy) Figures.waterfall(energy);
    }
  };

  const askEnergy = async (state, number) => {
    const { status, found } = await Backend.ask("waterfall", state, number);
    if (number !== sequence || status === 204) return;
    at("waterfall-why").textContent = status === 200 ? found.why : found.error;
    at("waterfall").classList.toggle("old", status !== 200);
    if (status === 200) {
      energy = found;
      Figures.waterfall(energy);
    }
  };

  const ask = async () => {
    const number = ++sequence, state = Controls.state(), began = performance.now();
    clearTimeout(timer);
    remember();
    document.body.classList.add("waiting");
    at("status").textContent = "Simulating";
    let status, found;
    try {
      ({ status, found } = await Backend.ask("simulate", state, number));
    } catch {
      status = 0;
      found = { error: "napore does not answer: is the command still running?" };
    }
    if (number !== sequence || status === 204) return;  // a newer state is on its way
    document.body.classList.remove("waiting");
    document.body.dataset.sequence = String(number);
    document.body.dataset.milliseconds = (performance.now() - began).toFixed(1);
    if (status !== 200) {
      say(shown ? "The figures show the last state that could be simulated." : "", found.error);
      return;
    }
    shown = found;
    shownState = Controls.moved();
    const numbers = shown.summary.slice(0, 2).map((row) => `${row.label} ${written(row)} ${row.unit}`);
    say(`${shown.cell}, ${state.model}, ${state.adsorption_law}: ${numbers.join(", ")}`, "");
    draw();
    document.body.dataset.milliseconds = (performance.now() - began).toFixed(1);
    if (shown.potentials !== null) {
      at("waterfall-why").textContent = "Adding up the terms for this state.";
      timer = setTimeout(() => askEnergy(state, number), WATERFALL_AFTER_MS);
    }
  };

  const start = async () => {
    choices = await Backend.choices();
    const given = Address.read(location.hash, choices);
    question = given.question ?? "";
    at("address-note").textContent = given.note;
    Controls.start(choices, given.state, ask);
    Questions.start(choices.questions, question);
    Kept.start(() => shown && { state: shownState, answer: shown }, () => {
      remember();
      if (shown) curves();
    });
    Pulses.start(Controls.state);
    at("colophon").textContent = `napore ${choices.napore}, PyBaMM ${choices.pybamm}. ${choices.note ? "" : "Computed on this machine; nothing leaves it."}`;
    at("note").textContent = choices.note ?? "";
    at("moment").max = 100;
    at("moment").value = 40;
    at("moment").addEventListener("input", () => { if (shown) inside(); });
    Overlay.start((error) => {
      at("error").textContent = error;
      if (shown) curves();
    });
    at("copy").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(at("python").textContent);
        at("copied").textContent = "Copied";
      } catch {
        at("copied").textContent = "The browser does not allow it: select the lines and copy them.";
      }
    });
    at("download").addEventListener("click", () => { if (shown) Csv.save(Csv.table(shown), "napore_page.csv"); });
    document.querySelectorAll(".png").forEach((button) => button.addEventListener("click", () => Figures.png(button.dataset.plot)));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    window.matchMedia("(max-width: 48rem)").addEventListener("change", draw);
    const print = (on) => () => {
      document.documentElement.classList.toggle("printing", on);
      draw();
      if (on) Figures.drawAll();
    };
    window.addEventListener("beforeprint", print(true));
    window.addEventListener("afterprint", print(false));
    window.addEventListener("hashchange", () => location.reload());
    await ask();
    await Kept.restore(given.kept);
  };

  start();
})();
