// The keys that hold on every page, and the two dialogs that they open. Every page works without them.
"use strict";

(() => {
  const OFF = "single-keys-off";
  const FOCUSABLE = "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select:not(:disabled), summary";
  const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable]";
  const palette = document.getElementById("palette"), keys = document.getElementById("keys");
  const isSeen = (each) => each.getClientRects().length > 0;

  // Storage may be switched off: then the keys hold.
  function isOff() { try { return localStorage.getItem(OFF) !== null; } catch { return false; } }
  function remember(off) { try { if (off) localStorage.setItem(OFF, "1"); else localStorage.removeItem(OFF); } catch { /* for this page only */ } }

  function open(dialog) {
    if (!dialog || document.querySelector("dialog[open]")) return false;
    dialog.showModal();
    return true;
  }
  function shut(dialog) {
    dialog?.close();
    if (dialog?.contains(document.activeElement)) document.activeElement.blur(); // the browser takes its time
  }
  function search() {
    if (!open(palette)) return;
    const box = palette.querySelector("[type=search]");
    box.focus();
    box.select();
  }
  function searchHere() {
    const box = [...document.querySelectorAll("main input[type=search]")].find(isSeen);
    if (!box) return search();
    box.focus();
    box.select();
  }

  // The lines of a list that hold something to open; what is in a line of a line belongs to the outer one.
  function rowsOf(list) {
    const isOuter = (row) => !list.contains(row.parentElement.closest("tr, li"));
    const isRow = (row) => !row.closest("thead, tfoot, nav") && isOuter(row) && isSeen(row) && stopsOf(row).length;
    return [...list.querySelectorAll("tr, li")].filter(isRow);
  }
  const stopsOf = (row) => [...row.querySelectorAll(FOCUSABLE)].filter(isSeen);
  // The name of a row rather than its box to tick.
  const nameOf = (row) => stopsOf(row).find((stop) => stop.matches("a")) ?? stopsOf(row)[0];
  function enter(within) {
    const list = within.querySelector("[data-rows]");
    const row = list && rowsOf(list)[0];
    // The month's sheet has keys of its own: its first row is entered where one types.
    const stop = row ? nameOf(row) : within.querySelector("#rows tbody input:not([type=hidden], :disabled)");
    stop?.focus();
    return Boolean(stop);
  }

  // In a list the arrows lead to the same place of the next row.
  function step(event, list) {
    const rows = rowsOf(list), row = rows.find((each) => each.contains(event.target));
    if (!row) return;
    const at = rows.indexOf(row);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) return void list.closest("dialog")?.querySelector("[type=search]")?.focus();
    const target = rows[Math.min(next, rows.length - 1)];
    const stops = stopsOf(target), same = stops[stopsOf(row).indexOf(event.target)];
    (same?.tagName === event.target.tagName ? same : nameOf(target)).focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.metaKey) return;
    const isPlain = !event.ctrlKey && !event.altKey;
    if (event.ctrlKey && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k" && palette) {
      event.preventDefault();
      search();
    } else if (event.key === "Escape" && event.target.closest("#palette")) {
      event.preventDefault(); // else the field is emptied first
      shut(palette);
    } else if (isPlain && event.key === "ArrowDown" && event.target.matches("input[type=search]")) {
      if (enter(event.target.closest("dialog") ?? document)) event.preventDefault();
    } else if (!event.target.matches(TYPED) && isPlain) {
      const list = event.target.closest("[data-rows]");
      if (list && !event.shiftKey) step(event, list);
      if (isOff() || document.querySelector("dialog[open]")) return;
      if (event.key === "/") { event.preventDefault(); searchHere(); }
      if (event.key === "?" && open(keys)) event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    const { target } = event;
    if (target.closest("[data-close]")) shut(target.closest("dialog"));
    else if (target.closest("a.find") && palette && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      search();
    } else if (target.closest("[data-keys]") && open(keys)) event.preventDefault();
    else if (target.matches("a.skip[href='#rows']") && enter(document)) event.preventDefault();
  });

  const box = document.getElementById("single-keys");
  if (box) {
    box.checked = !isOff();
    box.addEventListener("change", () => remember(!box.checked));
  }

  // A menu closes when one leaves it, and by Escape, which leads back to its word.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
