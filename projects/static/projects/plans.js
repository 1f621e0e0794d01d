// The plans of a project's stages, typed from one line to the next: Enter and the arrows go down and up, Ctrl+D takes
// the line above, Ctrl+S saves. Reasons show only in lines that were changed; without scripts they always show.
"use strict";
(() => {
  const table = document.querySelector(".stage-plans");
  if (!table) return;
  const inputs = [...table.querySelectorAll("input[name^=on_]")];
  const save = document.querySelector("[data-save]");

  const marked = (input) => {
    const row = input.closest("tr");
    const faulty = row.querySelector(".error") !== null;
    row.classList.toggle("moved", input.defaultValue !== input.value || faulty);
    input.classList.toggle("bad", row.querySelector(".spell .error") !== null);
  };

  const go = (from, step) => {
    const next = inputs[inputs.indexOf(from) + step];
    if (next) {
      next.focus();
      next.select();
    } else if (step > 0 && save) {
      save.focus();
    }
  };

  table.classList.add("reasons-fold");
  inputs.forEach(marked);
  table.addEventListener("input", (event) => {
    if (inputs.includes(event.target)) marked(event.target);
  });

  // What is typed is judged by the server while one types; nothing is written before one saves. Not by htmx: whoever
  // saves leaves an answer behind, which is no fault.
  const form = table.closest("form[data-preview]");
  let asked = null, waiting = 0;
  async function judge() {
    asked?.abort();
    asked = new AbortController();
    try {
      const sent = { method: "POST", body: new FormData(form), signal: asked.signal, redirect: "manual" };
      const answer = await fetch(form.dataset.preview, sent);
      if (!answer.ok) return;
      const said = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const each of [...said.body.children]) document.getElementById(each.id)?.replaceWith(each);
      inputs.forEach(marked);
    } catch { /* typed on, left, or no line: saving says the same */ }
  }
  function soon(delay) {
    clearTimeout(waiting);
    waiting = setTimeout(judge, delay);
  }
  form?.addEventListener("input", () => soon(400));
  form?.addEventListener("change", () => soon(0));
  if (form && table.querySelector(".moved")) judge();
  table.addEventListener("keydown", (event) => {
    const at = inputs.indexOf(event.target);
    if (at < 0 || event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key !== "d" || at === 0) return;
      event.target.value = inputs[at - 1].value;
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.key === "Enter" || event.key === "ArrowDown") go(event.target, 1);
    else if (event.key === "ArrowUp") go(event.target, -1);
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!save || !event.ctrlKey || event.key !== "s") return;
    event.preventDefault();
    save.form.requestSubmit(save);
  });
})();
