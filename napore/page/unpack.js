// An exported page: the scripts and the grid are compressed inside it.
"use strict";
(async () => {
  const unpacked = async (element) => {
    const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  try {
    const [grid, code] = ["grid", "code"].map((id) => document.getElementById(id));
    const text = await unpacked(code);
    grid.textContent = await unpacked(grid);
    code.replaceWith(Object.assign(document.createElement("script"), { textContent: text }));
  } catch (problem) {
    document.getElementById("error").textContent = "This browser cannot unpack the page: take one of 2023 or later "
      + `(Firefox 113, Safari 16.4, Chrome 80). ${problem.message}`;
  }
})();
