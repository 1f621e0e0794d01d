// The month's sheet: keys, pasting a block, the other amount at once, and nothing typed is lost. Works without.
"use strict";

(() => {
  const sheet = document.getElementById("month"), form = document.getElementById("sheet");
  if (!sheet) return;
  const YI = 1e8;
  const AMOUNTS = ["invested", "year_to_date"];
  const key = `month:${sheet.dataset.month}`;
  const part = (input) => input.name.replace(/^p\d+-/, "");
  const rowOf = (input) => input.closest("tr");
  const inRow = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const rows = () => [...sheet.querySelectorAll("tbody tr[hx-post]")];
  const plain = (text) => (/^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null);
  const written = (amount) => String(Number(amount.toFixed(8)));
  const changed = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));

  // Month and year-to-date follow one another; the server has the last word.
  function follow(input) {
    const row = rowOf(input), before = Number(row.dataset.before) / YI, amount = plain(input.value);
    const other = inRow(row, part(input) === "invested" ? "year_to_date" : "invested");
    if (input.value.trim() === "") other.value = "";
    else if (amount !== null) other.value = written(part(input) === "invested" ? before + amount : amount - before);
    if (amount !== null) inRow(row, "unchanged").checked = false;
  }

  // What was typed and not yet kept by the server stays in this browser.
  const unsaved = () => JSON.parse(localStorage.getItem(key) || "{}");
  function remember(input) {
    const kept = unsaved();
    kept[input.name] = input.type === "checkbox" ? input.checked : input.value;
    localStorage.setItem(key, JSON.stringify(kept));
  }
  function forget(row) {
    const kept = unsaved();
    for (const input of row.querySelectorAll("input")) delete kept[input.name];
    localStorage.setItem(key, JSON.stringify(kept));
  }
  const typed = (input) => AMOUNTS.includes(part(input));

  sheet.addEventListener("input", (event) => {
    if (!rowOf(event.target)) return;
    if (typed(event.target)) follow(event.target);
    remember(event.target);
  });

  function beside(input, step) {
    const all = rows(), row = all[all.indexOf(rowOf(input)) + step];
    return row && inRow(row, part(input));
  }

  sheet.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!rowOf(input) || input.tagName !== "INPUT" || event.isComposing) return;
    const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = beside(input, step);
      if (next) { next.focus(); next.select?.(); } else changed(input);
    } else if (event.key === "n" && typed(input) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const box = inRow(rowOf(input), "unchanged");
      box.checked = true;
      for (const name of AMOUNTS) inRow(rowOf(input), name).value = "";
      remember(box);
      changed(box);
      beside(input, 1)?.focus();
    } else if (event.key === "ArrowRight" && event.altKey && input.dataset.last && !input.value) {
      event.preventDefault();
      input.value = input.dataset.last;
      remember(input);
      changed(input);
    }
  });

  // A block of cells goes down the rows and, cell by cell, to the right.
  const COLUMNS = ["invested", "year_to_date", "progress"];
  sheet.addEventListener("paste", (event) => {
    const input = event.target, text = event.clipboardData.getData("text");
    if (!rowOf(input) || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const all = rows(), first = all.indexOf(rowOf(input)), column = Math.max(0, COLUMNS.indexOf(part(input)));
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
      line.split("\t").forEach((cell, right) => {
        const into = all[first + down] && inRow(all[first + down], COLUMNS[column + right]);
        if (!into) return;
        into.value = cell.trim();
        if (typed(into) && into.value) follow(into);
        remember(into);
      });
      if (all[first + down]) changed(inRow(all[first + down], COLUMNS[column]));
    });
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (sheet.contains(event.detail.elt) && event.detail.successful) forget(event.detail.elt);
  });
  document.body.addEventListener("htmx:sendError", () => {
    document.getElementById("kept").textContent = "连不上服务器，内容留在本机，恢复后会再保存";
  });
  window.addEventListener("online", () => rows().forEach(resend));

  function resend(row) {
    const kept = unsaved();
    if ([...row.querySelectorAll("input")].some((input) => input.name in kept)) changed(inRow(row, "invested"));
  }

  // Back after a closed window: what the server never got is typed in again and sent.
  window.addEventListener("load", () => {
    const kept = unsaved();
    for (const [name, value] of Object.entries(kept)) {
      const input = form.elements[name];
      if (!input) continue;
      if (input.type === "checkbox") input.checked = value; else input.value = value;
    }
    if (Object.keys(kept).length) rows().forEach(resend);
  });
})();
