// The year's targets as a grid: pasted, filled down, undone; the sums follow, and what is not yet saved is marked.
"use strict";

(() => {
  const sheet = document.getElementById("targets");
  if (!sheet) return;
  const UNITS = ["亿元", "万元"], EMPTY = "empty", CHANGED = "changed";
  const unit = sheet.dataset.unit, scale = Grid.YUAN[unit[0]], form = document.getElementById("typed");
  const say = (words) => { document.getElementById("kept").textContent = words; };
  const inputs = (row) => [...row.querySelectorAll("input[type=text]")];
  const seen = (input) => form.elements[`initial-${input.name}`];
  const isChanged = (input) => input.value.trim() !== seen(input).value;
  const number = (text) => { const yuan = Grid.yuan(text, scale); return yuan === null ? null : yuan / scale; };
  const name = (row) => row.cells[0].textContent.trim();

  function mark(input) {
    input.classList.toggle(CHANGED, isChanged(input));
    const count = sheet.querySelectorAll(`input.${CHANGED}`).length;
    document.getElementById("unsaved").textContent = count ? `${count} 格改动，还没有保存` : "";
  }
  const grid = Grid(sheet, {
    write: (pairs) => { for (const [input, text] of pairs) input.value = text; },
    touched: mark,
    keep: (row) => row.dispatchEvent(new Event("change", { bubbles: true })), // the server adds up again
    number,
    say,
  });
  const kinds = {
    [EMPTY]: (row) => inputs(row).some((input) => !input.value.trim()),
    [CHANGED]: (row) => inputs(row).some(isChanged),
  };
  Find(sheet, grid, { names: (row) => [name(row)], kinds });
  if (!form) return;

  const headings = [...sheet.querySelectorAll("th[data-indicator]")].map(({ dataset }) => dataset);
  const columns = headings.map(({ indicator, label, money }) => ({
    name: `-${indicator}`, label, heading: new RegExp(`^${label}([（(].*)?$`), isNumber: true, isMoney: Boolean(money),
  }));
  const units = [unit, ...UNITS.filter((each) => each !== unit)];
  Paste(sheet, grid, { columns, names: (row) => [name(row)], noun: "单位", units, number, say });
  sheet.addEventListener("input", ({ target }) => grid.isCell(target) && mark(target));
  // What a refused form, or one from before a sign-in, brought along is still to be saved.
  window.addEventListener("load", () => sheet.querySelectorAll("tbody input[type=text]").forEach(mark));
})();
