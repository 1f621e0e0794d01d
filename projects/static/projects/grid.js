// A table of inputs that behaves like a sheet: keys, ranges, copying, filling down, undo. Without scripts it is a form.
// A row may hold cells that cannot be typed into; these are passed over, and copied as they read. A row that is hidden
// (see find.js) is no part of the sheet meanwhile.
"use strict";

// `board`: the element around the table. The page says what a cell means to it:
// `write(pairs)`: put texts into cells of one row, [[input, text], …], with whatever follows from them;
// `touched(input)`: a value was changed by the sheet; `keep(row)`: a changed row is to be saved;
// `leave(input, step)`: at the edge, whether there is somewhere to go; `number(text)`: a quantity, null for none.
window.Grid = (board, { write, touched, keep, leave = () => false, number, say }) => {
  const MOST_ACTS = 200, YES = "是";
  const done = [], undone = [];
  let before = null, anchor = null, head = null, isDragging = false;

  const body = () => board.querySelector("tbody");
  const lines = () => [...body().rows].filter((row) => !row.hidden);
  const rowOf = (element) => element.closest("tr");
  const cellOf = (target) => target.closest?.("tbody > tr > :is(td, th)");
  const inputOf = (cell) => cell?.querySelector(":scope > input:not([type=hidden])") ?? null;
  const isCell = (target) => target instanceof HTMLInputElement && board.contains(target) && inputOf(cellOf(target) ?? target) === target;
  // The keys are the sheet's while no other field of the page has them.
  const isOurs = () => isCell(document.activeElement) || !document.activeElement.matches("input, select, textarea");
  const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value);
  function textOf(cell) {
    const input = inputOf(cell);
    if (!input) return cell.dataset.text ?? cell.textContent.replace(/\s+/g, " ").trim();
    return input.type === "checkbox" ? (input.checked ? YES : "") : input.value;
  }
  function set(input, value) {
    if (input.type === "checkbox") input.checked = value === true || value === YES;
    else input.value = value;
  }

  // An act is what changed: which input, what it held, what it holds.
  const inputsOf = (rows) => rows.flatMap((row) => [...row.cells].map(inputOf).filter(Boolean));
  const snapshot = (rows) => new Map(inputsOf(rows).map((input) => [input.id, valueOf(input)]));
  function differences(values) {
    const found = [...values].map(([id, was]) => ({ id, was, input: document.getElementById(id) }));
    return found.filter(({ input, was }) => input && valueOf(input) !== was).map(({ id, was, input }) => ({ id, was, is: valueOf(input) }));
  }
  function note(act) {
    if (!act.length) return;
    done.push(act);
    if (done.length > MOST_ACTS) done.shift();
    undone.length = 0;
    offer();
  }
  function watch() {
    before = isCell(document.activeElement) ? snapshot([rowOf(document.activeElement)]) : null;
  }
  // What was typed into a row since the cell was entered is one act.
  function typed() {
    if (before) note(differences(before));
    watch();
  }
  function act(rows, change) {
    typed();
    const values = snapshot(rows);
    change();
    const changes = differences(values);
    note(changes);
    finish(changes);
    return changes.length;
  }
  function finish(changes) {
    const inputs = changes.map(({ id }) => document.getElementById(id));
    inputs.forEach(touched);
    new Set(inputs.map(rowOf)).forEach(keep);
    watch();
    tell();
  }
  // What somebody else has changed since stays as it is.
  function again(from, to, wanted, present, nothing) {
    typed();
    const changes = from.pop();
    if (!changes) return void say(nothing);
    const here = changes.filter(({ id }) => document.getElementById(id));
    const mine = here.filter((change) => valueOf(document.getElementById(change.id)) === change[present]);
    for (const change of mine) set(document.getElementById(change.id), change[wanted]);
    to.push(changes);
    finish(mine);
    if (mine.length) go(document.getElementById(mine[0].id));
    const left = changes.length - mine.length;
    if (left) say(`有 ${left} 格之后又改过，或不在这一页，没有变动`);
    offer();
  }
  const undo = () => again(done, undone, "was", "is", "没有可以撤销的操作");
  const redo = () => again(undone, done, "is", "was", "没有可以重做的操作");
  function offer() {
    for (const [name, acts] of [["undo", done], ["redo", undone]]) {
      const button = board.querySelector(`[data-sheet=${name}]`);
      if (button) button.disabled = !acts.length;
    }
  }

  // The range between the cell where it began and the one where it ends.
  const isThere = (cell) => cell !== null && cell.isConnected && !rowOf(cell).hidden;
  const isRange = () => anchor !== head && isThere(anchor) && isThere(head);
  function area() {
    const shown = lines(), [from, to] = [anchor, head].map((cell) => shown.indexOf(rowOf(cell))).sort((a, b) => a - b);
    const [left, right] = [anchor.cellIndex, head.cellIndex].sort((a, b) => a - b);
    return shown.slice(from, to + 1).map((row) => [...row.cells].slice(left, right + 1));
  }
  function select(from, to) {
    [anchor, head] = [from, to];
    for (const cell of board.querySelectorAll(".sel")) cell.classList.remove("sel");
    if (isRange()) area().flat().forEach((cell) => cell.classList.add("sel"));
    tell();
  }
  function tell() {
    const status = board.querySelector("[data-sheet=status]");
    if (!status) return;
    status.textContent = "";
    if (!isRange()) return;
    const range = area(), texts = range.flat().map(textOf).filter(Boolean);
    const amounts = texts.map(number).filter((amount) => amount !== null), sum = amounts.reduce((a, b) => a + b, 0);
    const show = (amount) => String(Number(amount.toFixed(8)));
    const sums = amounts.length ? ` · 求和 ${show(sum)} · 平均 ${show(Number((sum / amounts.length).toFixed(4)))}` : "";
    status.textContent = `选中 ${range.length} 行 × ${range[0].length} 列${sums} · 计数 ${texts.length}`;
  }

  function go(next) {
    next?.focus();
    if (next?.type === "text") next.select();
    return Boolean(next);
  }
  function beside(input, step) {
    const rows = lines(), column = cellOf(input).cellIndex;
    for (let at = rows.indexOf(rowOf(input)) + step; at in rows; at += step) {
      const next = inputOf(rows[at].cells[column]);
      if (next) return next;
    }
    return null;
  }
  function across(input, step) {
    const cells = rowOf(input).cells;
    for (let at = cellOf(input).cellIndex + step; at in cells; at += step) if (inputOf(cells[at])) return inputOf(cells[at]);
    return null;
  }
  // Inside a text the arrows move the cursor; at its edge, or when all of it is marked, they leave the cell.
  function isAtEdge(input, step) {
    if (input.type !== "text") return true;
    const { selectionStart: from, selectionEnd: to, value } = input;
    return (from === 0 && to === value.length) || (from === to && from === (step < 0 ? 0 : value.length));
  }
  const isWhole = (input) => input.type !== "text" || (input.selectionStart === 0 && input.selectionEnd === input.value.length);

  function extend(down, right) {
    const shown = lines(), row = shown[shown.indexOf(rowOf(head)) + down], next = row?.cells[head.cellIndex + right];
    if (!next) return;
    select(anchor, next);
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  const pairs = (cells, texts) => cells.map((cell, at) => [inputOf(cell), texts[at]]).filter(([input, text]) => input && text !== undefined);
  // A block goes down the rows and, cell by cell, to the right; a row that cannot be typed into is passed over.
  function place(rows, texts) {
    return act(rows.map(([cell]) => rowOf(cell)), () => rows.forEach((cells, at) => write(pairs(cells, texts[at]))));
  }
  function fill() {
    if (!isThere(anchor)) return;
    const range = isRange() ? area() : [[anchor]], shown = lines();
    const above = shown[shown.indexOf(rowOf(range[0][0])) - 1];
    const source = range.length > 1 ? range.shift() : above && range[0].map((cell) => above.cells[cell.cellIndex]);
    if (source) place(range, range.map(() => source.map(textOf)));
  }
  const clear = () => place(area(), area().map((cells) => cells.map(() => "")));

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  board.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!isCell(input) || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const [down, right] = MOVES[event.key] ?? [0, 0];
    if (event.shiftKey && event.key !== "Enter" && (down || (right && (isRange() || isWhole(input))))) {
      event.preventDefault();
      extend(down, right);
    } else if (down) {
      event.preventDefault();
      if (!go(beside(input, down)) && !leave(input, down) && event.key === "Enter") keep(rowOf(input));
    } else if (right && isAtEdge(input, right)) {
      if (go(across(input, right))) event.preventDefault();
    } else if (isRange() && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      clear();
    } else if (event.key === "Escape" && isRange()) {
      select(anchor, anchor);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing || !isOurs() || document.querySelector("dialog[open]")) return;
    const works = { z: event.shiftKey ? redo : undo, y: redo, d: fill }[event.key.toLowerCase()];
    if (!works) return;
    event.preventDefault();
    works();
  });

  board.addEventListener("focusin", ({ target }) => {
    if (!isCell(target)) return;
    typed();
    if (!isDragging) select(cellOf(target), cellOf(target));
  });
  board.addEventListener("focusout", ({ target }) => isCell(target) && typed());
  board.addEventListener("input", ({ target }) => isCell(target) && isRange() && select(cellOf(target), cellOf(target)));
  board.addEventListener("pointerdown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.button || event.pointerType === "touch" || event.target.closest("a, button, .check")) return;
    if (event.shiftKey && isThere(anchor)) {
      event.preventDefault();
      return void select(anchor, cell);
    }
    select(cell, cell);
    isDragging = true;
  });
  board.addEventListener("pointerover", (event) => {
    const cell = cellOf(event.target);
    if (!isDragging || !cell || cell === head || !(event.buttons & 1)) return;
    getSelection().removeAllRanges();
    select(anchor, cell);
  });
  document.addEventListener("pointerup", () => { isDragging = false; });

  for (const name of ["copy", "cut"]) {
    document.addEventListener(name, (event) => {
      if (!isRange() || !isOurs()) return;
      event.preventDefault();
      event.clipboardData.setData("text/plain", area().map((cells) => cells.map(textOf).join("\t")).join("\n"));
      if (name === "cut") clear();
    });
  }
  board.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-sheet]")?.dataset.sheet;
    ({ undo, redo, fill })[name]?.();
  });
  // A value that the server put in the place of an old one was not typed here.
  document.body.addEventListener("htmx:oobAfterSwap", ({ detail }) => before?.has(detail.target.id) && watch());
  offer();

  return { act, area, beside, body, cellOf, go, inputOf, isCell, isRange, lines, place, rowOf, undo, tell, textOf };
};

// An amount in yuan however it is written, a bare number in `scale` yuan; null: the server has to read it.
window.Grid.YUAN = { 亿: 1e8, 万: 1e4, 元: 1 };
window.Grid.yuan = (text, scale) => {
  const amount = text.normalize("NFKC").replace(/[,\s]/g, "").match(/^(\d+(?:\.\d*)?)(亿|万)?(元)?$/);
  return amount && Math.round(Number(amount[1]) * (Grid.YUAN[amount[2] || amount[3]] ?? scale));
};
