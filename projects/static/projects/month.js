// The month's sheet: keys, pasting a block, the other amount at once, and nothing typed is lost. Works without.
"use strict";

(() => {
  const sheet = document.getElementById("month"), form = document.getElementById("sheet");
  if (!sheet) return;
  const YI = 1e8;
  const AMOUNTS = ["invested", "year_to_date"];
  const PASTED = [...AMOUNTS, "progress"];
  const ACROSS = [...AMOUNTS, "unchanged", "progress"];
  const UNITS = { "": 1, 亿: 1, 万: 1e-4, 元: 1e-8 };
  // Two people at one computer: what one has typed is never sent in the other's name.
  const key = `month:${sheet.dataset.month}:${sheet.dataset.person}`;
  const part = (input) => input.name.replace(/^p\d+-/, "");
  const rowOf = (input) => input.closest("tr");
  const inRow = (row, name) => row.querySelector(`[name$="-${name}"]:not([type=radio], .contest *)`);
  const rows = () => [...sheet.querySelectorAll("tbody tr")];
  const written = (amount) => String(Number(amount.toFixed(8)));
  const changed = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));
  const SAVING = "正在保存……";
  const say = (words) => { document.getElementById("kept").textContent = words; };
  const isAmount = (input) => AMOUNTS.includes(part(input));
  const isCell = (target) => target.tagName === "INPUT" && target.type !== "radio" && rowOf(target);

  // An amount in 亿元 however it is written; null: the server has to read it.
  function plain(text) {
    const amount = text.normalize("NFKC").replace(/[,\s]/g, "").match(/^(\d+(?:\.\d*)?)(亿|万)?(元)?$/);
    return amount && Number(amount[1]) * UNITS[amount[2] || (amount[3] ? "元" : "")];
  }

  // Month and year-to-date follow one another; the server has the last word.
  function follow(input) {
    const row = rowOf(input), before = Number(row.dataset.before) / YI, amount = plain(input.value);
    const isMonth = part(input) === "invested", other = inRow(row, isMonth ? "year_to_date" : "invested");
    other.value = amount === null ? "" : written(isMonth ? before + amount : amount - before);
    if (other.value.startsWith("-")) other.value = "";
    if (amount !== null) inRow(row, "unchanged").checked = false;
    remember(other);
  }

  // What was typed and not yet kept by the server stays in this browser, with the version it was typed upon.
  const unsaved = () => JSON.parse(localStorage.getItem(key) || "{}");
  const keep = (kept) => localStorage.setItem(key, JSON.stringify(kept));
  const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value);
  function remember(input) {
    const kept = unsaved(), seen = inRow(rowOf(input), "seen");
    if (!(seen.name in kept)) kept[seen.name] = seen.value;
    kept[input.name] = valueOf(input);
    keep(kept);
    say(SAVING);
  }
  // What was typed after the row was sent is still to be kept.
  function forget(row, sent) {
    const kept = unsaved(), inputs = [...row.querySelectorAll("input")].filter((input) => input.name in kept);
    const isSent = (input) => kept[input.name] === (input.type === "checkbox" ? sent.has(input.name) : sent.get(input.name));
    const left = inputs.filter((input) => part(input) !== "seen" && !isSent(input));
    for (const input of inputs) if (!left.includes(input)) delete kept[input.name];
    const seen = inRow(row, "seen");
    if (left.length) kept[seen.name] = seen.value;
    keep(kept);
    if (Object.keys(kept).length) say(SAVING);
  }

  const saysNoChange = (input) => isAmount(input) && /[nNｎ]/.test(input.value);
  function sayNoChange(input) {
    const row = rowOf(input), box = inRow(row, "unchanged");
    for (const name of AMOUNTS) {
      inRow(row, name).value = "";
      remember(inRow(row, name));
    }
    box.checked = true;
    remember(box);
    changed(box);
    go(beside(input, 1));
  }

  function takeLast(input) {
    if (!input.dataset.last || input.value.trim()) return;
    input.value = input.dataset.last;
    remember(input);
    changed(input);
  }

  sheet.addEventListener("input", (event) => {
    const input = event.target;
    if (!isCell(input)) return;
    // A Chinese input method swallows the key itself: what it leaves in the cell says the same.
    if (saysNoChange(input)) return void (event.isComposing ? input.blur() : sayNoChange(input));
    if (!isAmount(input) && /^[=＝]$/.test(input.value) && input.dataset.last) {
      input.value = "";
      return void takeLast(input);
    }
    if (isAmount(input)) follow(input);
    remember(input);
  });

  sheet.addEventListener("compositionend", ({ target }) => isCell(target) && saysNoChange(target) && sayNoChange(target));

  sheet.addEventListener("click", (event) => {
    if (event.target.matches("[data-take]")) takeLast(inRow(rowOf(event.target), "progress"));
  });

  // The same cell of the next row that can be typed into.
  function beside(input, step) {
    const all = rows();
    for (let at = all.indexOf(rowOf(input)) + step; at in all; at += step) {
      const next = inRow(all[at], part(input));
      if (next) return next;
    }
    return null;
  }
  function across(input, step) {
    const name = ACROSS[ACROSS.indexOf(part(input)) + step];
    return ACROSS.includes(part(input)) && name ? inRow(rowOf(input), name) : null;
  }
  function go(next) {
    next?.focus();
    if (next?.type === "text") next.select();
    return Boolean(next);
  }
  // Inside a text the arrows move the cursor; at its edge, or when all of it is marked, they leave the cell.
  function isAtEdge(input, step) {
    if (input.type !== "text") return true;
    const { selectionStart: from, selectionEnd: to, value } = input;
    if (from === 0 && to === value.length) return true;
    return from === to && from === (step < 0 ? 0 : value.length);
  }

  sheet.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!isCell(input) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const down = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key], right = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (down) {
      event.preventDefault();
      if (!go(beside(input, down)) && !turn(input, down) && event.key === "Enter") changed(input);
    } else if (right) {
      if (isAtEdge(input, right) && go(across(input, right))) event.preventDefault();
    } else if (event.key.toLowerCase() === "n" && isAmount(input)) {
      event.preventDefault();
      sayNoChange(input);
    } else if (event.key === "=" && !input.value && input.dataset.last) {
      event.preventDefault();
      takeLast(input);
    }
  });

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
  // At the edge of a page the same cell of the next one, as soon as what was typed here is kept.
  let leaving = "";
  const isKept = () => !rows().some((row) => [...row.querySelectorAll("input")].some((input) => input.name in unsaved()));
  function leave(address) {
    if (isKept()) return void (location.href = address);
    leaving = address;
    resend();
  }
  function turn(input, step) {
    const link = sheet.querySelector(`.pages [rel=${step > 0 ? "next" : "prev"}]`);
    if (!link) return false;
    leave(`${link.href}#${step > 0 ? "first" : "last"}-${part(input)}`);
    return true;
  }
  sheet.addEventListener("click", (event) => {
    const link = event.target.closest(".pages a");
    // A second click goes: what is not kept stays in this browser.
    if (!link || isKept() || leaving === link.href) return;
    event.preventDefault();
    leave(link.href);
  });

  // A block goes down the rows and, cell by cell, to the right; a row that is handed in already is passed over.
  sheet.addEventListener("paste", (event) => {
    const input = event.target, text = event.clipboardData.getData("text");
    if (!isCell(input) || !PASTED.includes(part(input)) || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const all = rows(), first = all.indexOf(rowOf(input)), column = PASTED.indexOf(part(input));
    const block = cells(text), space = all.length - first;
    if (block.length > space) return void say(`没有粘贴：共 ${block.length} 行，本页从这一格起只有 ${space} 行。请分页粘贴，或用“导入”`);
    block.forEach((line, down) => {
      const row = all[first + down];
      if (!inRow(row, "seen")) return;
      line.forEach((cell, right) => {
        const into = column + right < PASTED.length && inRow(row, PASTED[column + right]);
        if (!into) return;
        into.value = cell;
        if (isAmount(into) && cell) follow(into);
        remember(into);
      });
      changed(inRow(row, PASTED[column]));
    });
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    if (!sheet.contains(elt)) return;
    if (xhr.getResponseHeader("X-Kept")) {
      forget(elt, requestConfig.formData);
      if (leaving && isKept()) location.href = leaving;
    }
    else if (xhr.getResponseHeader("HX-Redirect")) say("没有保存：登录已过期，内容留在本机，重新登录后会再保存");
  });
  document.body.addEventListener("htmx:sendError", () => say("连不上服务器，内容留在本机，恢复后会再保存"));
  document.body.addEventListener("htmx:responseError", () => say("没有保存，内容留在本机；请刷新页面后再试"));
  window.addEventListener("online", () => resend());

  function resend() {
    const kept = unsaved();
    for (const row of rows()) {
      const typed = [...row.querySelectorAll("input")].find((input) => input.name in kept && part(input) !== "seen");
      if (typed) changed(typed);
    }
  }

  // What was typed on another page and never kept: one link shows those rows, and they are sent from there.
  function tell(projects) {
    if (!projects.length) return;
    const link = document.createElement("a");
    link.href = `?only=${projects.join(",")}`;
    link.textContent = `其他页有 ${projects.length} 个项目填的内容还没有保存，去查看`;
    const note = document.getElementById("elsewhere");
    note.replaceChildren(link);
    note.hidden = false;
  }

  // Back after a closed window: what the server never got is typed in again and sent, upon what was seen then.
  window.addEventListener("load", () => {
    const kept = unsaved();
    for (const row of rows()) {
      const inputs = [...row.querySelectorAll("input")].filter((input) => input.name in kept);
      const typed = inputs.filter((input) => part(input) !== "seen" && valueOf(input) !== kept[input.name]);
      for (const input of typed.length ? inputs : []) {
        if (input.type === "checkbox") input.checked = kept[input.name]; else input.value = kept[input.name];
      }
      for (const input of typed.length ? [] : inputs) delete kept[input.name];
    }
    const elsewhere = new Set(), asked = new URLSearchParams(location.search).get("only")?.split(",") ?? [];
    for (const name of Object.keys(kept)) {
      const project = name.match(/^p(\d+)-/)[1];
      if (form.elements[name]) continue;
      const isHere = asked.includes(project) || sheet.querySelector(`tr[data-project="${project}"]`);
      if (isHere) delete kept[name]; else elsewhere.add(project); // handed in meanwhile, or on another page
    }
    keep(kept);
    resend();
    tell([...elsewhere].slice(0, 100));
    const [edge, cell] = location.hash.slice(1).split("-");
    const row = { first: rows().find((each) => inRow(each, "seen")), last: rows().findLast((each) => inRow(each, "seen")) }[edge];
    if (row && ACROSS.includes(cell)) go(inRow(row, cell));
  });
})();
