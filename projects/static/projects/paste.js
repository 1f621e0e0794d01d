// A block from Excel or WPS in a sheet: by the names that stand in it, shown before it is kept, or from a cell on.
"use strict";

// `columns`: what may be pasted, in the order of the table: {name, label, heading (a pattern), isNumber, isMoney}.
// `names(row)`: what a row is called, which is a `noun`. `units`: of money that a block may be in, the sheet's own first.
window.Paste = (board, grid, { columns, names, noun, units = [], number, say }) => {
  const dialog = board.querySelector("dialog[data-paste]");
  const LEFT_OUT = "不填", SHOWN = 300, ENOUGH = 0.5;
  const folded = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const make = (tag, text = "", facts = {}) => Object.assign(document.createElement(tag), { textContent: text }, facts);
  const columnOf = (input) => columns.find(({ name }) => input.name.endsWith(name));

  // Cells as Excel and WPS copy them: a cell with a line break stands in quotes.
  function cells(text) {
    const found = [[]];
    for (const [, quoted, bare, end] of text.replace(/\r\n?/g, "\n").matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
      found.at(-1).push((quoted?.replace(/""/g, '"') ?? bare).replace(/\s+/g, " ").trim());
      if (end === "\n") found.push([]);
      if (end === "") break;
    }
    if (found.at(-1).every((cell) => !cell)) found.pop();
    return found;
  }

  // The row of a name; a name that two rows have is nobody's.
  function index() {
    const found = new Map();
    for (const row of grid.body().rows) {
      for (const name of new Set(names(row).map(folded).filter(Boolean))) found.set(name, found.has(name) ? null : row);
    }
    return found;
  }
  function columnOfNames(block, known) {
    const width = Math.max(...block.map((line) => line.length));
    const hits = Array.from({ length: width }, (_, at) => block.filter((line) => known.get(folded(line[at] ?? ""))).length);
    const best = hits.indexOf(Math.max(...hits));
    return hits[best] >= Math.max(1, ENOUGH * (block.length - 1)) ? best : -1;
  }
  function guessed(block, nameAt, heading) {
    const width = Math.max(...block.map((line) => line.length)), free = [...columns];
    const take = (fits) => free.splice(free.findIndex(fits), free.some(fits) ? 1 : 0)[0] ?? null;
    return Array.from({ length: width }, (_, at) => {
      if (at === nameAt) return null;
      const texts = block.map((line) => line[at] ?? "").filter(Boolean);
      if (heading) return take((column) => column.heading.test(heading[at] ?? ""));
      if (!texts.length) return null;
      const isNumber = texts.every((text) => number(text) !== null);
      return at < nameAt ? null : take((column) => Boolean(column.isNumber) === isNumber);
    });
  }

  // One value fills the range that it is pasted into.
  function one(text) {
    const range = grid.area();
    report(grid.place(range, range.map((row) => row.map(() => text))), range.length);
  }
  function byPosition(block, input) {
    const all = grid.lines(), first = all.indexOf(grid.rowOf(input)), left = grid.cellOf(input).cellIndex;
    const space = all.length - first;
    const tooLong = `没有粘贴：共 ${block.length} 行，本页从这一格起只有 ${space} 行。请分页粘贴，或用“导入”`;
    if (block.length > space) return void say(tooLong);
    const editable = [...grid.rowOf(input).cells].map((cell) => cell.cellIndex).filter((at) => at >= left && isPasted(at));
    const rows = all.slice(first, first + block.length).map((row) => editable.map((at) => row.cells[at]));
    report(grid.place(rows, block.map((line) => line.slice(0, editable.length))), block.length);
  }
  function isPasted(at) {
    const inputs = [...grid.body().rows].map((row) => grid.inputOf(row.cells[at])).filter(Boolean);
    return inputs.some((input) => columnOf(input));
  }
  function report(changed, lines) {
    say(changed ? `已填入 ${lines} 行，可以撤销（Ctrl+Z）` : "粘贴的内容与现在的相同，没有变动");
  }

  // The preview: what has no row first, then what will change, from and to.
  function preview(block, nameAt, known, input) {
    const first = block[0], isKnown = known.get(folded(first[nameAt] ?? ""));
    const heads = (text, at) => at !== nameAt && columns.some(({ heading }) => heading.test(text));
    const isHeading = !isKnown && first.some(heads);
    const lines = (isHeading ? block.slice(1) : block).filter((line) => line.some(Boolean));
    const state = {
      lines: lines.map((line) => ({ line, row: known.get(folded(line[nameAt] ?? "")) ?? null })),
      chosen: guessed(lines, nameAt, isHeading ? first : null), unit: units[0], nameAt,
    };
    dialog.querySelector("h2").textContent = `粘贴 ${lines.length} 行`;
    dialog.querySelector("[data-part=columns]").replaceChildren(...choices(state));
    show(state);
    dialog.onclose = () => {
      if (dialog.returnValue === "names") fillIn(state);
      if (dialog.returnValue === "position") byPosition(block, input);
      input.isConnected && input.focus();
    };
    dialog.returnValue = "";
    dialog.showModal();
  }
  function choices(state) {
    const found = state.chosen.map((_, at) => at).filter((at) => at !== state.nameAt).map((at) => {
      const choose = () => {
        state.chosen[at] = columns.find(({ name }) => name === select.value) ?? null;
        show(state);
      };
      const select = make("select", "", { onchange: choose });
      select.append(new Option(LEFT_OUT, ""), ...columns.map(({ name, label }) => new Option(label, name)));
      select.value = state.chosen[at]?.name ?? "";
      return labelled(`第 ${at + 1} 列`, select);
    });
    if (units.length < 2) return found;
    const select = make("select", "", { onchange: () => { state.unit = select.value; show(state); } });
    select.append(...units.map((unit) => new Option(unit, unit)));
    return [...found, labelled("金额单位", select)];
  }
  function labelled(words, select) {
    const label = make("label", `${words} `);
    label.append(select);
    return label;
  }
  const isPlain = (text) => /^[\d.,\s]+$/.test(text.normalize("NFKC"));
  const worded = (state, column, text) => (column.isMoney && isPlain(text) && state.unit !== units[0] ? `${text}${state.unit}` : text);
  const inputIn = (row, column) => row && [...row.cells].map(grid.inputOf).find((input) => input?.name.endsWith(column.name));
  function writes({ line, row }, state) {
    return state.chosen.flatMap((column, at) => {
      const input = column && line[at] !== undefined && inputIn(row, column);
      return input ? [[input, worded(state, column, line[at])]] : [];
    });
  }
  function show(state) {
    const rows = state.lines.map((entry) => [entry, entry.row && writes(entry, state)]);
    const open = rows.filter(([, pairs]) => !pairs), fit = rows.filter(([, pairs]) => pairs?.length);
    const locked = rows.filter(([, pairs]) => pairs?.length === 0);
    const table = make("table");
    table.append(
      ...section(`${open.length} 行没有对上，请选择项目，或留着不填`, open.map(([entry]) => [entry.line[state.nameAt] ?? "", picker(entry, state)])),
      ...section(`${locked.length} 行对上，但已提交或没有选列，不会改`, locked.map(([entry]) => [entry.line[state.nameAt], names(entry.row)[0]])),
      ...section(`${fit.length} 行将填入`, fit.map(([entry, pairs]) => [entry.line[state.nameAt], names(entry.row)[0], changes(pairs)])),
    );
    dialog.querySelector("[data-part=lines]").replaceChildren(table);
    const button = dialog.querySelector("[value=names]");
    button.textContent = `填入 ${fit.length} 行`;
    button.disabled = !fit.length;
  }
  function section(title, rows) {
    if (!rows.length) return [];
    const part = make("tbody"), head = part.insertRow();
    head.append(make("th", title, { colSpan: 3, scope: "rowgroup" }));
    for (const row of rows.slice(0, SHOWN)) {
      const line = part.insertRow();
      for (const cell of row) line.insertCell().append(cell);
    }
    if (rows.length > SHOWN) part.insertRow().append(make("td", `其余 ${rows.length - SHOWN} 行不再列出`, { colSpan: 3 }));
    return [part];
  }
  // Names that have most in common stand first; which one it is says the person.
  function picker(entry, state) {
    const wanted = folded(entry.line[state.nameAt] ?? ""), taken = new Set(state.lines.map(({ row }) => row));
    const alike = (row) => new Set([...folded(names(row)[0])].filter((sign) => wanted.includes(sign))).size;
    const rows = [...grid.body().rows].filter((row) => !taken.has(row)).sort((a, b) => alike(b) - alike(a));
    const select = make("select", "", { onchange: () => { entry.row = rows[select.value] ?? null; show(state); } });
    select.setAttribute("aria-label", `“${entry.line[state.nameAt] ?? ""}”对应的${noun}`);
    select.append(new Option(LEFT_OUT, ""), ...rows.map((row, at) => new Option(names(row)[0], at)));
    return select;
  }
  function changes(pairs) {
    const part = document.createDocumentFragment();
    pairs.forEach(([input, text], at) => {
      if (at) part.append("；");
      part.append(`${columnOf(input).label} `);
      if (input.value && input.value !== text) part.append(make("del", input.value), " → ");
      part.append(make("b", text || "空"));
    });
    return part;
  }
  function fillIn(state) {
    const entries = state.lines.filter(({ row }) => row).map((entry) => writes(entry, state)).filter((pairs) => pairs.length);
    const cellsOf = entries.map((pairs) => pairs.map(([input]) => grid.cellOf(input)));
    report(grid.place(cellsOf, entries.map((pairs) => pairs.map(([, text]) => text))), entries.length);
  }

  board.addEventListener("paste", (event) => {
    const input = event.target, text = event.clipboardData.getData("text");
    if (!grid.isCell(input) || input.type !== "text") return;
    const isBlock = /[\t\n]/.test(text.trim());
    if (!isBlock && !grid.isRange()) return;
    event.preventDefault();
    const block = cells(text);
    if (!isBlock) return void one(block[0][0]);
    const known = index(), nameAt = columnOfNames(block, known);
    if (nameAt >= 0 && Math.max(...block.map((line) => line.length)) > 1) preview(block, nameAt, known, input);
    else byPosition(block, input);
  });
};
