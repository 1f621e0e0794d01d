// Finding and narrowing the rows that a page holds, at once while one types: the other rows are hidden, not left out.
"use strict";

// `names(row)`: what a row is found by. `kinds`: of the choice beside it, by value whether a row belongs to it.
window.Find = (board, grid, { names, kinds = {} }) => {
  const words = board.querySelector("[data-sheet=find]"), choice = board.querySelector("[data-sheet=only]");
  const folded = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

  function narrow() {
    const wanted = words.value.split(/\s+/).map(folded).filter(Boolean), isKind = kinds[choice?.value] ?? (() => true);
    const rows = [...grid.body().rows];
    for (const row of rows) {
      const text = folded(names(row).filter(Boolean).join(" "));
      row.hidden = !(wanted.every((word) => text.includes(word)) && isKind(row));
    }
    grid.tell();
    const left = grid.lines().length, found = board.querySelector("[data-sheet=found]");
    if (found) found.textContent = left < rows.length ? `本页 ${rows.length} 行中显示 ${left} 行` : "";
  }
  words.addEventListener("input", narrow);
  choice?.addEventListener("change", narrow);
};
