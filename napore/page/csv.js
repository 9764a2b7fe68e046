// Writing of what is shown.
"use strict";
const Csv = (() => {
  const table = (answer) => {
    const lines = [`# napore page; ${JSON.stringify(answer.state)}`];
    lines.push("direction,time_h,capacity_mAh_g,voltage_V,adsorbed_mAh_g,filled_mAh_g");
    for (const curve of answer.curves) {
      curve.time_h.forEach((time, i) => lines.push([
        curve.direction, time, curve.capacity_mAh_g[i], curve.voltage_V[i], curve.adsorbed_mAh_g[i], curve.filled_mAh_g[i],
      ].join(",")));
    }
    return lines.join("\n") + "\n";
  };

  const save = (text, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  return { table, save };
})();
