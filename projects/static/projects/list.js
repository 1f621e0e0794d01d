// The list of projects: ticks that outlive a page, ranges, the height of rows. The list works without it.
"use strict";

(() => {
  const person = document.querySelector("meta[name=person]")?.content ?? "";
  const TICKS = `ticks:${person}`;
  const DENSITY = `density:${person}`;

  // Storage may be refused (a private window): then nothing outlives the page.
  const stored = (store, key) => {
    try { return window[store].getItem(key); } catch { return null; }
  };
  const store = (kind, key, value) => {
    try { window[kind].setItem(key, value); } catch { /* as above */ }
  };

  // Which projects are ticked, on this page or another one of this session.
  const ticked = new Set((stored("sessionStorage", TICKS) ?? "").split(",").filter(Boolean));
  const boxes = () => [...document.querySelectorAll("#results .tick")];
  let last = null;

  function remember() {
    store("sessionStorage", TICKS, [...ticked].join(","));
    showTicked();
  }

  function showTicked() {
    const bar = document.querySelector("[data-kept-ticks]");
    const here = boxes();
    for (const box of here) box.checked = ticked.has(box.value);
    const all = document.querySelector("#results [data-ticks]");
    if (all) {
      all.hidden = here.length === 0;
      all.checked = here.length > 0 && here.every((box) => box.checked);
    }
    if (!bar) return;
    const others = ticked.size - here.filter((box) => box.checked).length;
    const words = bar.querySelector("[data-ticked]");
    words.textContent = `已选 ${ticked.size} 个${others ? `（其他页 ${others} 个）` : ""}`;
    words.hidden = bar.querySelector("[data-untick]").hidden = ticked.size === 0;
    bar.classList.toggle("lifted", ticked.size > 0);
  }

  const mark = (box, on) => (on ? ticked.add(box.value) : ticked.delete(box.value));

  document.addEventListener("click", (event) => {
    if (event.target.matches("#results .tick")) {
      const here = boxes();
      const [from, to] = [here.indexOf(last), here.indexOf(event.target)].sort((one, other) => one - other);
      const range = event.shiftKey && from >= 0 ? here.slice(from, to + 1) : [event.target];
      for (const box of range) mark(box, event.target.checked);
      last = event.target;
      remember();
    } else if (event.target.matches("#results [data-ticks]")) {
      for (const box of boxes()) mark(box, event.target.checked);
      remember();
    } else if (event.target.closest("[data-untick]")) {
      ticked.clear();
      remember();
    }
  });

  // Ticks of other pages go along as hidden controls.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-kept-ticks]")) return;
    for (const extra of event.target.querySelectorAll("input[data-extra]")) extra.remove();
    const here = new Set(boxes().map((box) => box.value));
    for (const value of ticked) {
      if (here.has(value)) continue;
      const extra = document.createElement("input");
      Object.assign(extra, { type: "hidden", name: event.target.dataset.keptTicks, value });
      extra.dataset.extra = "";
      event.target.append(extra);
    }
  });

  // How high the rows are.
  function showDensity() {
    const chosen = stored("localStorage", DENSITY) ?? "";
    document.querySelector("#results .register")?.classList.toggle("roomy", chosen === "roomy");
    for (const button of document.querySelectorAll("[data-density]")) {
      button.setAttribute("aria-pressed", String(button.dataset.density === chosen));
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-density]");
    if (!button) return;
    store("localStorage", DENSITY, button.dataset.density);
    showDensity();
  });

  // A menu that the server sends anew stays open.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    for (const menu of event.detail.target.querySelectorAll("details[id][open]")) {
      const fresh = event.detail.fragment.querySelector(`#${menu.id}`);
      if (!fresh) continue;
      menu.open = false; // of one name only one is open, and both are on the page for a moment
      fresh.open = true;
    }
  });

  function show() {
    for (const each of document.querySelectorAll("[data-densities]")) each.hidden = false;
    showTicked();
    showDensity();
  }
  document.addEventListener("htmx:afterSwap", show);
  document.addEventListener("htmx:historyRestore", show);
  window.addEventListener("pageshow", show);
  show();
})();
