// Questions to begin from, and exercises for a class.
"use strict";
const Questions = (() => {
  const at = (id) => document.getElementById(id);

  const start = (questions, current) => {
    at("questions").hidden = questions.length === 0;
    at("questions-list").replaceChildren(...questions.map((one) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.textContent = one.title;
      link.href = Address.write(one.state, one.keep ?? [], one.key);
      if (one.key === current) link.setAttribute("aria-current", "true");
      item.append(link);
      return item;
    }));
    const chosen = questions.find((one) => one.key === current);
    at("look").textContent = chosen ? chosen.look : "";
    const exercises = questions.filter((one) => one.exercise);
    at("exercises").hidden = exercises.length === 0;
    at("exercises-list").replaceChildren(...exercises.map((one) => {
      const box = document.createElement("details"), title = document.createElement("summary"), steps = document.createElement("ol");
      title.textContent = one.exercise;
      steps.append(...one.steps.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
      const link = Object.assign(document.createElement("a"), { textContent: "Begin here", href: Address.write(one.state, one.keep ?? [], one.key) });
      box.append(title, steps, link);
      box.open = one.key === current;
      return box;
    }));
  };

  return { start };
})();
