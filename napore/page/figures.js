// The figures: each draws one part of an answer into its element.
"use strict";
const Figures = (() => {
  const PLATEAU_V = 0.1;

  // A figure out of sight waits: six figures take longer to draw than a cell to solve.
  const waiting = new Map(), seen = new Set();
  const react = (id, data, layout) => Plotly.react(id, data, Theme.layout(layout), Theme.config);
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target.id);
      else seen.delete(target.id);
      if (isIntersecting && waiting.has(target.id)) {
        react(target.id, ...waiting.get(target.id));
        waiting.delete(target.id);
      }
    }
  }, { rootMargin: "100px" });
  document.querySelectorAll(".plot").forEach((plot) => observer.observe(plot));

  const draw = (id, data, layout) => {
    if (seen.has(id) && !Theme.printing()) react(id, data, layout);
    else waiting.set(id, [data, layout]);
  };

  // On paper every figure is drawn, as wide as a sheet.
  const drawAll = () => {
    for (const [id, [data, layout]] of waiting) {
      if (document.getElementById(id).offsetParent) react(id, data, layout);
    }
    waiting.clear();
  };

  // The part of a curve on one side of the limit, with the point of passage in both.
  const part = (curve, below) => {
    const x = [], y = [];
    const add = (a, b) => { x.push(a); y.push(b); };
    curve.voltage_V.forEach((v, i) => {
      const last = curve.voltage_V[i - 1];
      if (i > 0 && (last < PLATEAU_V) !== (v < PLATEAU_V)) {
        const share = (PLATEAU_V - last) / (v - last);
        const q = curve.capacity_mAh_g[i - 1] + share * (curve.capacity_mAh_g[i] - curve.capacity_mAh_g[i - 1]);
        add(q, PLATEAU_V);
        if (below !== v < PLATEAU_V) add(null, null);
      }
      if (below === v < PLATEAU_V) add(curve.capacity_mAh_g[i], v);
    });
    return { x, y };
  };

  const gain = (values) => values.map((value) => value - values[0]);

  const voltage = (answer, overlays, kept) => {
    const [first, second] = answer.curves;
    const full = answer.potentials !== null;
    const line = (name, xy, colour, dash) => ({ name, ...xy, mode: "lines", line: { color: Theme.colour(colour), width: 2.2, dash } });
    const whole = (curve) => ({ x: curve.capacity_mAh_g, y: curve.voltage_V });
    const traces = full
      ? [line(first.direction, whole(first), "neutral"), line(second.direction, whole(second), "accent", "dash")]
      : [
        line(`${first.direction} above 0.1 V (slope)`, part(first, false), "slope"),
        line(`${first.direction} below 0.1 V (plateau)`, part(first, true), "plateau"),
        line(second.direction, whole(second), "neutral", "dash"),
      ];
    const stack = (name, values, colour) => ({
      name, x: first.capacity_mAh_g, y: gain(values), yaxis: "y2", stackgroup: "one", mode: "lines",
      line: { width: 0.5, color: Theme.colour(colour) }, fillcolor: Theme.colour(colour),
    });
    traces.push(stack("below: on sites", first.adsorbed_mAh_g, "sites"), stack("below: in pores", first.filled_mAh_g, "pores"));
    for (const one of kept) {
      const [down, up] = one.answer.curves, dashes = ["solid", "longdash", "dashdot", "dot"];
      traces.push(line(one.name, {
        x: [...down.capacity_mAh_g, null, ...up.capacity_mAh_g], y: [...down.voltage_V, null, ...up.voltage_V],
      }, `kept-${one.place + 1}`, dashes[one.place]));
    }
    for (const own of overlays) {
      traces.push({
        name: own.name, x: own.capacity, y: own.voltage, mode: "markers", meta: "yours",
        marker: { color: Theme.colour("own"), size: own.capacity.length > 300 ? 3 : 5, symbol: own.symbol },
      });
    }
    const per = full ? "g⁻¹ cathode" : "g⁻¹";
    draw("voltage", traces, {
      xaxis: Theme.axis(`Q / mAh ${per}`, { anchor: "y2", rangemode: "tozero" }),
      yaxis: Theme.axis(full ? "U / V" : "E / V vs Na⁺/Na", { domain: [0.4, 1], rangemode: full ? "normal" : "tozero" }),
      yaxis2: Theme.axis("stored / mAh g⁻¹", { domain: [0, 0.3], rangemode: "tozero", nticks: 4 }),
      margin: { l: Theme.narrow() ? 56 : 64, r: 12, t: (Theme.narrow() ? 96 : 44) + 14 * (kept.length + overlays.length), b: 48 },
    });
  };

  const SCALE = () => [[0, Theme.colour("grid")], [1, Theme.colour("plateau")]];
  const ofSites = (field) => field.label.endsWith("sites");
  const SITES = () => [[0, Theme.colour("grid")], [1, Theme.colour("slope")]];

  const particle = (answer, moment) => {
    const { time_h: time, fields, radius, direction } = answer.particle;
    const gap = 0.03, height = (1 - gap * (fields.length - 1)) / fields.length;
    const layout = {
      xaxis: Theme.axis("time / h", { anchor: `y${fields.length}`, range: [0, time[time.length - 1]] }),
      margin: { l: 112, r: 12, t: 34, b: 48 },
      annotations: [], shapes: [],
    };
    const traces = fields.map((field, i) => {
      const name = i === 0 ? "" : String(i + 1);
      const top = 1 - i * (height + gap);
      layout[`yaxis${name}`] = Theme.axis("", {
        domain: [top - height, top], range: [0, 1], tickvals: [0, 1], ticktext: ["", ""], showgrid: false,
      });
      layout.annotations.push({
        text: field.label.replace(/^(pores of|adsorption|strongly bound) /, (words) => `${words.replace(" of", "").trim()}<br>`), xref: "paper", x: 0, xanchor: "right", xshift: -10,
        yref: "paper", y: top - height / 2, yanchor: "middle", showarrow: false, align: "right", font: { size: 12 },
      });
      return {
        type: "heatmap", x: time, y: radius, z: radius.map((_, r) => field.occupancy.map((row) => row[r])),
        xaxis: "x", yaxis: `y${name}`, zmin: 0, zmax: 1, showscale: false,
        colorscale: ofSites(field) ? SITES() : SCALE(),
        hovertemplate: "%{x:.3g} h, r/R %{y:.2f}: %{z:.0%}<extra></extra>",
      };
    });
    const middle = time[time.length / 2 - 1], end = time[time.length - 1];
    const vertical = (x, dash) => ({
      type: "line", xref: "x", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line: { color: Theme.colour("ink"), width: dash ? 1 : 2, dash },
    });
    layout.shapes.push(vertical(middle, "dot"), vertical(time[moment]));
    direction.forEach((name, i) => layout.annotations.push({
      text: name, xref: "x", x: i === 0 ? middle / 2 : (middle + end) / 2, yref: "paper", y: 1, yanchor: "bottom", showarrow: false,
      font: { size: 12, color: Theme.colour("soft") },
    }));
    draw("particle", traces, layout);
  };

  const profile = (answer, moment) => {
    const { fields, radius } = answer.particle;
    const dashes = ["solid", "dash", "dashdot", "dot", "longdash", "longdashdot"];
    const first = fields.findIndex((field) => !ofSites(field));
    draw("profile", fields.map((field, i) => ({
      name: field.label, x: radius, y: field.occupancy[moment], mode: "lines",
      line: { color: Theme.colour(i < first ? "slope" : "plateau"), dash: dashes[(i < first ? i : i - first) % dashes.length], width: i === 0 ? 3 : 2 },
    })), {
      xaxis: Theme.axis("r / R, centre to surface", { range: [0, 1] }),
      yaxis: Theme.axis("occupancy", { range: [-0.02, 1.02], tickformat: ".0%" }),
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1, yanchor: "bottom", font: { size: 11 } },
      margin: { l: 58, r: 12, t: 78, b: 48 },
    });
  };

  const differential = (answer) => {
    const full = answer.potentials !== null;
    const colours = full ? ["neutral", "accent"] : ["plateau", "neutral"];
    draw("differential", answer.differential.map((half, i) => ({
      name: half.direction, x: half.voltage_V, y: half.dQ_dV_mAh_g_V, mode: "lines",
      line: { color: Theme.colour(colours[i]), width: 2, dash: i === 0 ? "solid" : "dash" },
    })), {
      xaxis: Theme.axis(full ? "U / V" : "E / V vs Na⁺/Na", full ? {} : { range: [0, 1] }),
      yaxis: Theme.axis("dQ/dV / mAh g⁻¹ V⁻¹", { tickformat: "~s" }),
    });
  };

  // The cathode between its steps at the two ends, which would flatten the rest.
  const plateauOf = (halves, key) => {
    const inner = halves.flatMap((half) => {
      const last = half.capacity_mAh_g[half.capacity_mAh_g.length - 1];
      return half[key].filter((_, i) => half.capacity_mAh_g[i] > 0.04 * last && half.capacity_mAh_g[i] < 0.96 * last);
    });
    const low = Math.min(...inner), high = Math.max(...inner), room = Math.max(0.1, 0.1 * (high - low));
    return inner.length ? { range: [low - room, high + room] } : {};
  };

  const potentials = (answer) => {
    const margin = answer.potentials.plating_margin_V;
    const traces = [];
    answer.potentials.halves.forEach((half, i) => {
      for (const [key, name, colour, axis] of [["cathode_V", "cathode", "slope", "y"], ["carbon_V", "carbon", "plateau", "y2"]]) {
        traces.push({
          name: `${name}, ${half.direction}`, x: half.capacity_mAh_g, y: half[key], yaxis: axis, mode: "lines",
          line: { color: Theme.colour(colour), width: 2.2, dash: i === 0 ? "solid" : "dash" },
        });
      }
    });
    draw("potentials", traces, {
      xaxis: Theme.axis("Q / mAh g⁻¹ cathode", { anchor: "y2", rangemode: "tozero" }),
      yaxis: Theme.axis("cathode / V", { domain: [0.56, 1], nticks: 5, ...plateauOf(answer.potentials.halves, "cathode_V") }),
      yaxis2: Theme.axis("carbon / V", { domain: [0, 0.48], nticks: 6, range: [Math.min(-0.15, 1.2 * margin), 1.05] }),
      margin: { l: Theme.narrow() ? 56 : 64, r: 12, t: Theme.narrow() ? 72 : 40, b: 48 },
      shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, yref: "y2", y0: 0, y1: 0, line: { color: Theme.colour("bad"), width: 1.5, dash: "dot" } }],
      annotations: [{
        text: "sodium plates below 0 V", xref: "paper", x: 0.01, xanchor: "left", yref: "y2", y: 0, yanchor: "top", showarrow: false,
        font: { size: 12, color: Theme.colour("bad") },
      }],
    });
  };

  const SHORT = {
    theoretical: "theoretical", cathode_capacity: "cathode below theory", first_cycle: "first cycle", presodiation: "presodiation",
    cut_offs: "cut-offs", rate: "left by the rate", cathode_potential: "cathode's potential", carbon_potential: "carbon's potential",
    carbon_kinetics: "carbon: charge transfer", carbon_diffusion: "carbon: diffusion", carbon_filling: "carbon: pore filling",
    cathode_kinetics: "cathode: charge transfer", cathode_diffusion: "cathode: diffusion", electrolyte_ohmic: "electrolyte: ohmic",
    electrolyte_concentration: "electrolyte: salt", electrodes_ohmic: "electrodes: ohmic", contact: "contact", carbon_film: "film", delivered: "delivered",
  };

  const waterfall = (found) => {
    const terms = found.terms;
    const total = terms.map((term) => term.kind === "total");
    draw("waterfall", [{
      type: "waterfall", orientation: "h", y: terms.map((term) => SHORT[term.name] ?? term.name),
      x: terms.map((term) => term.energy_Wh_kg_active), measure: total.map((yes, i) => (i === 0 ? "absolute" : yes ? "total" : "relative")),
      text: terms.map((term, i) => (total[i] ? "" : term.energy_Wh_kg_active > 0 ? "+" : "−") + Math.abs(term.energy_Wh_kg_active).toFixed(1)),
      textposition: "outside", cliponaxis: false, connector: { line: { color: Theme.colour("line"), width: 1 } },
      increasing: { marker: { color: Theme.colour("good") } }, decreasing: { marker: { color: Theme.colour("plateau") } },
      totals: { marker: { color: Theme.colour("slope") } }, hovertext: terms.map((term) => term.meaning), hoverinfo: "text",
    }], {
      xaxis: Theme.axis("Wh/kg, both active masses", { rangemode: "tozero", range: [0, (Theme.narrow() ? 1.3 : 1.1) * terms[0].energy_Wh_kg_active] }),
      yaxis: Theme.axis("", { autorange: "reversed", showgrid: false }),
      margin: { l: Theme.narrow() ? 160 : 170, r: 16, t: 12, b: 48 },
      showlegend: false,
    });
  };

  const png = (id) => Plotly.downloadImage(id, { format: "png", scale: 2, filename: `napore_${id}`, width: 1000, height: 600 });

  return { draw, drawAll, voltage, particle, profile, differential, potentials, waterfall, png };
})();
