// The review of a month: a unit's rows ticked at once, the dock dark while something is ticked, and the keys J K X A R.
// Without scripts the rows are ticked one by one and the buttons work the same.
"use strict";

(() => {
  const form = document.getElementById("review"), dock = form?.querySelector(".dock");
  if (!dock) return;
  const boxes = (within = form) => [...within.querySelectorAll("[name=project]")];
  const rowOf = (element) => element?.closest("#rows tbody tr");

  function show() {
    const count = boxes().filter((box) => box.checked).length;
    dock.classList.toggle("lifted", count > 0);
    dock.querySelector("[data-ticked]").textContent = count ? `已选 ${count} 个` : "没有勾选";
    dock.querySelector("[data-untick]").hidden = count === 0;
    for (const all of form.querySelectorAll("[data-group]")) {
      const own = boxes(all.closest("tbody")), on = own.filter((box) => box.checked).length;
      all.checked = on === own.length;
      all.indeterminate = on > 0 && on < own.length;
    }
  }
  function untick() {
    for (const box of boxes()) box.checked = false;
    show();
  }
  form.addEventListener("change", ({ target }) => {
    if (target.matches("[data-group]")) for (const box of boxes(target.closest("tbody"))) box.checked = target.checked;
    show();
  });
  form.addEventListener("click", ({ target }) => target.closest("[data-untick]") && untick());

  // From the row in hand, or from above the first one.
  function step(by) {
    const all = boxes(), at = all.indexOf(rowOf(document.activeElement)?.querySelector("[name=project]"));
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    next?.focus();
    next?.closest("tr").scrollIntoView({ block: "nearest" });
  }
  const works = {
    j: () => step(1),
    k: () => step(-1),
    x: () => rowOf(document.activeElement)?.querySelector("[name=project], [data-group]")?.click(),
    a: () => dock.querySelector("[value=approve]")?.click(),
    r: () => dock.querySelector("[name=reason]").focus(),
  };
  // Single keys can be switched off (see keys.js).
  function isOff() { try { return localStorage.getItem("single-keys-off") !== null; } catch { return false; } }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.matches("input:not([type=checkbox]), select, textarea") || document.querySelector("dialog[open]") || isOff()) return;
    const work = works[event.key.toLowerCase()];
    if (!work) return;
    event.preventDefault();
    work();
  });

  // A refused return comes back with its ticks; the browser's own memory of boxes comes after the page.
  window.addEventListener("pageshow", show);
  show();
})();
