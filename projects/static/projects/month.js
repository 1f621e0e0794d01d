// The month's sheet: a grid that is saved row by row, the other amount at once, and nothing typed is lost.
"use strict";

(() => {
  const sheet = document.getElementById("month"), form = document.getElementById("sheet");
  if (!sheet) return;
  const AMOUNTS = ["invested", "year_to_date"], NO_CHANGE = "无变化", LABELS = { invested: "本月完成", year_to_date: "年累计" };
  const UNITS = ["亿元", "万元"];
  const unit = sheet.dataset.unit, scale = Grid.YUAN[unit[0]];
  // Two people at one computer: what one has typed is never sent in the other's name; nor 万元 as 亿元.
  const keyOf = (each) => `month:${sheet.dataset.month}:${sheet.dataset.person}:${each}`;
  const key = keyOf(unit);
  const part = (input) => input.name.replace(/^p\d+-/, "");
  const rowOf = (input) => input.closest("tr");
  const inRow = (row, name) => row.querySelector(`[name$="-${name}"]:not([type=radio], .contest *)`);
  const rows = () => [...sheet.querySelectorAll("tbody tr")];
  const written = (yuan) => String(Number((yuan / scale).toFixed(8)));
  const changed = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));
  const SAVING = "正在保存……";
  const say = (words) => { document.getElementById("kept").textContent = words; };
  const isAmount = (input) => AMOUNTS.includes(part(input));

  const plain = (text) => Grid.yuan(text, scale);

  // Month and year-to-date follow one another; the server has the last word.
  function follow(input) {
    const row = rowOf(input), before = Number(row.dataset.before), amount = plain(input.value);
    const isMonth = part(input) === "invested", other = inRow(row, isMonth ? "year_to_date" : "invested");
    const yuan = amount === null ? -1 : amount + (isMonth ? before : -before);
    other.value = yuan < 0 ? "" : written(yuan);
    if (amount !== null) inRow(row, "unchanged").checked = false;
    remember(other);
  }

  // What was typed and not yet kept by the server stays in this browser, with the version it was typed upon.
  const unsaved = (from = key) => JSON.parse(localStorage.getItem(from) || "{}");
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
    if (!inRow(row, "explanation")) delete kept[seen.name.replace(/seen$/, "explanation")];
    keep(kept);
    if (Object.keys(kept).length) say(SAVING);
  }
  // What was typed in the other unit of money and never kept is taken over with its unit.
  function takeOver() {
    for (const other of UNITS.filter((each) => each !== unit)) {
      const kept = unsaved(keyOf(other)), isBare = (name, value) => AMOUNTS.includes(name.replace(/^p\d+-/, "")) && /^[\d.,\s]+$/.test(value);
      for (const [name, value] of Object.entries(kept)) if (isBare(name, value)) kept[name] = `${value}${other}`;
      keep({ ...kept, ...unsaved() });
      localStorage.removeItem(keyOf(other));
    }
  }

  // Texts that were pasted, filled down or cleared: an amount takes the other along, unless both are given.
  function write(pairs) {
    const given = pairs.filter(([input, text]) => isAmount(input) && text);
    for (const [input, text] of pairs) {
      if (input.type === "checkbox") input.checked = text === "是";
      else if (isAmount(input) && text === NO_CHANGE) sayNoChange(input);
      else input.value = text;
    }
    const [amount] = given;
    if (given.length === 1 && amount[1] !== NO_CHANGE) follow(amount[0]);
    for (const [input, text] of pairs) if (isAmount(input) && !text && !given.length) follow(input);
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
  }
  function noChange(input) {
    sayNoChange(input);
    changed(input);
    grid.go(grid.beside(input, 1));
  }
  function takeLast(input) {
    if (!input.dataset.last || input.value.trim()) return;
    input.value = input.dataset.last;
    remember(input);
    changed(input);
  }

  // Why an amount is right that looks wrong: asked for beside the row once the server has judged it.
  const isExplanation = (input) => part(input) === "explanation";
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.name || !isExplanation(event.target)) return;
    event.preventDefault();
    event.target.blur(); // which keeps the row
  });
  sheet.addEventListener("input", (event) => {
    const input = event.target;
    if (input.name && isExplanation(input)) remember(input);
    if (!grid.isCell(input)) return;
    // A Chinese input method swallows the key itself: what it leaves in the cell says the same.
    if (saysNoChange(input)) return void (event.isComposing ? input.blur() : noChange(input));
    if (!isAmount(input) && /^[=＝]$/.test(input.value) && input.dataset.last) {
      input.value = "";
      return void takeLast(input);
    }
    if (isAmount(input)) follow(input);
    remember(input);
  });
  sheet.addEventListener("compositionend", ({ target }) => grid.isCell(target) && saysNoChange(target) && noChange(target));
  sheet.addEventListener("click", (event) => {
    if (event.target.matches("[data-take]")) takeLast(inRow(rowOf(event.target), "progress"));
  });
  sheet.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!grid.isCell(input) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const works = { n: isAmount(input) && noChange, N: isAmount(input) && noChange, "=": !input.value && input.dataset.last && takeLast }[event.key];
    if (!works) return;
    event.preventDefault();
    works(input);
  });

  // Words that were typed before, and lost their place with a closed window, are sent once they are asked for again.
  function explain(row) {
    const input = inRow(row, "explanation"), words = input && unsaved()[input.name];
    if (!words || input.value) return;
    input.value = words;
    changed(input);
  }

  // Such words wait for their amount to be judged again.
  const isWaited = (name, kept) => name.endsWith("-explanation")
    && Object.keys(kept).some((other) => other.startsWith(name.replace(/\D*$/, "-")) && !/-(seen|explanation)$/.test(other));

  // At the edge of a page the same cell of the next one, as soon as what was typed here is kept.
  let leaving = null;
  const isKept = () => !rows().some((row) => [...row.querySelectorAll("input")].some((input) => input.name in unsaved()));
  function leave(go) {
    if (isKept()) return void go();
    leaving = go;
    resend();
  }
  function turn(input, step) {
    const link = sheet.querySelector(`.pages [rel=${step > 0 ? "next" : "prev"}]`);
    if (!link) return false;
    leave(() => { location.href = `${link.href}#${step > 0 ? "first" : "last"}-${part(input)}`; });
    return true;
  }
  sheet.addEventListener("click", (event) => {
    const link = event.target.closest(".pages a");
    // A second click goes: what is not kept stays in this browser.
    if (!link || isKept() || leaving) return;
    event.preventDefault();
    leave(() => { location.href = link.href; });
  });

  const number = (text) => { const yuan = plain(text); return yuan === null ? null : yuan / scale; };
  const grid = Grid(sheet, { write, touched: remember, keep: (row) => changed(row.querySelector("td > input:not([type=hidden])")), leave: turn, number, say });
  const WORDS = [["progress", "形象进度", /形象|进度|进展/], ["next_step", "下一步打算", /下一步|打算|下月/], ["needs_coordination", "需要协调", /协调|问题|困难/]];
  Paste(sheet, grid, {
    columns: [
      { name: "invested", label: LABELS.invested, heading: /^(?!.*(累计|1\s*[-—–至~])).*(本月|当月|完成)/, isNumber: true, isMoney: true },
      { name: "year_to_date", label: LABELS.year_to_date, heading: /累计|1\s*[-—–至~]/, isNumber: true, isMoney: true },
      ...WORDS.map(([name, label, heading]) => ({ name, label, heading })),
    ],
    names: (row) => [row.cells[0].dataset.text, row.cells[0].dataset.code],
    noun: "项目",
    units: [unit, ...UNITS.filter((each) => each !== unit)],
    number,
    say,
  });
  Find(sheet, grid, { names: (row) => [row.cells[0].dataset.text, row.cells[0].dataset.code] });

  // The line above the grid tells all about the row in hand, so that a doubt needs a few signs in its row.
  function tellRow(target) {
    const row = target.closest("tbody tr"), line = document.getElementById("cellbar");
    if (!row) return;
    const { text } = row.cells[0].dataset, label = grid.isCell(target) ? target.getAttribute("aria-label").replace(`${text} `, "") : "核对";
    const told = row.querySelector(".check").querySelectorAll(".light-warn, .light-late, .brief");
    const sentences = [...told].map((each) => each.textContent.trim()).filter(Boolean);
    const name = Object.assign(document.createElement("b"), { textContent: text });
    line.replaceChildren(name, ` ${label}${sentences.length ? `：${sentences.join("；")}` : ""}`);
    line.classList.toggle("doubted", sentences.length > 0);
  }
  sheet.addEventListener("focusin", ({ target }) => tellRow(target));
  sheet.addEventListener("click", ({ target }) => target.closest(".check-cell") && tellRow(target));
  // The answer to what was typed arrives while one is still in the row.
  document.body.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    const row = detail.target.closest(".check") && document.activeElement?.closest("#month tbody tr");
    if (row?.contains(detail.target)) tellRow(document.activeElement);
  });
  grid.body().style.counterReset = `line ${sheet.dataset.first - 1}`;

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    if (!sheet.contains(elt)) return;
    if (xhr.getResponseHeader("X-Kept")) {
      forget(elt, requestConfig.formData);
      if (leaving && isKept()) leaving();
    }
    else explain(elt);
    if (xhr.getResponseHeader("HX-Redirect")) say("没有保存：登录已过期，内容留在本机，重新登录后会再保存");
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
    takeOver();
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
      if (!isHere) elsewhere.add(project);
      else if (!isWaited(name, kept)) delete kept[name]; // handed in meanwhile
    }
    keep(kept);
    resend();
    tell([...elsewhere].slice(0, 100));
    const [edge, cell] = location.hash.slice(1).split("-");
    const row = { first: rows().find((each) => inRow(each, "seen")), last: rows().findLast((each) => inRow(each, "seen")) }[edge];
    if (row && cell) grid.go(inRow(row, cell));
  });
})();
