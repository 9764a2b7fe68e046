// Colours of the style sheet and the common layout of every figure.
"use strict";
const Theme = (() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const narrow = () => window.innerWidth < 768;
  const printing = () => document.documentElement.classList.contains("printing");
  const A4 = 640;  // pixels between margins of 15 mm, less some

  const axis = (title, more) => ({
    title: { text: title, standoff: 8 },
    gridcolor: colour("grid"),
    linecolor: colour("soft"),
    tickcolor: colour("soft"),
    zeroline: false,
    showline: true,
    ticks: "outside",
    ticklen: 4,
    automargin: false,
    ...more,
  });

  const layout = (more) => ({
    paper_bgcolor: colour("card"),
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: narrow() ? 12 : 13, color: colour("ink") },
    margin: { l: narrow() ? 56 : 64, r: 12, t: 34, b: 48 },
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.0, yanchor: "bottom", traceorder: "normal", font: { size: 12 } },
    hovermode: "closest",
    dragmode: false,
    ...(printing() ? { width: A4, autosize: false } : { autosize: true }),
    ...more,
  });

  const config = { responsive: true, displayModeBar: false, doubleClick: "reset" };
  return { colour, narrow, printing, axis, layout, config };
})();
