// On site the signal drops: a form with photos stays in this browser and is sent once when the server answers again.
// Photos are kept as they were taken, since their time and place are the evidence. A form belongs to who filled it in.
"use strict";

(() => {
  // Without HTTPS (or localhost) a browser promises too little: then the form is sent as any other.
  if (!window.isSecureContext || !window.indexedDB || !navigator.locks) return;
  const KEY = "form_key", TOKEN = "csrfmiddlewaretoken", WAITING = "waiting", REFUSED = "refused";
  const person = document.querySelector("meta[name=person]")?.content || "";
  const NO_SIGNAL = "连不上服务器", SIGNED_OUT = "登录已过期，重新登录后自动发出";

  // The store: one entry a form, by the form's own key, which the server knows it by as well.
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  function open() {
    const request = indexedDB.open("outbox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("forms", { keyPath: "id" });
    return asked(request);
  }
  async function stored(mode, act) {
    const base = await open();
    try { return await asked(act(base.transaction("forms", mode).objectStore("forms"))); } finally { base.close(); }
  }
  const put = (entry) => stored("readwrite", (forms) => forms.put(entry));
  const drop = (id) => stored("readwrite", (forms) => forms.delete(id));
  const all = async () => (await stored("readonly", (forms) => forms.getAll())).sort((a, b) => a.at - b.at);

  function entryOf(form) {
    const fields = [...new FormData(form)].filter(([name, value]) => name !== TOKEN && !(value instanceof File && !value.size && !value.name));
    const to = new URL(form.getAttribute("action") || location.href, location).pathname;
    return {
      id: form.elements[KEY].value, person, at: Date.now(), what: form.dataset.outbox, fields, state: WAITING, why: "",
      to, page: form.hasAttribute("hx-post") ? to : location.pathname,
    };
  }
  const photos = (entry) => entry.fields.filter(([, value]) => value instanceof File).length;

  // What became of an entry: {led} to a page, {why} it waits, or {why, isRefused}.
  async function send(entry, token) {
    const body = new FormData();
    for (const [name, value] of entry.fields) body.append(name, value);
    let answer;
    try {
      answer = await fetch(entry.to, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token, "X-Outbox": entry.person } });
    } catch { return { why: NO_SIGNAL }; }
    if (answer.status === 401) return { why: SIGNED_OUT };
    if (answer.status >= 500) return { why: `服务器正忙（${answer.status}）` };
    const told = answer.ok && await answer.json().catch(() => null);
    if (told) return { led: told.led_to };
    return { isRefused: true, why: await reason(answer) };
  }
  async function reason(answer) {
    const text = await answer.text();
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) return JSON.parse(text).error;
    const page = new DOMParser().parseFromString(text, "text/html");
    return page.querySelector("main .faults li, main .error, main .prose p")?.textContent.trim() || `服务器没有收下（${answer.status}）`;
  }
  // A fresh token, and whether it is still the same person: the page of the form says both.
  async function tokenFor(entry) {
    try {
      const answer = await fetch(entry.page, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.status >= 500) return { why: `服务器正忙（${answer.status}）` };
      if (page.querySelector("meta[name=person]")?.content !== entry.person) return { why: SIGNED_OUT };
      return { token: page.querySelector(`[name=${TOKEN}]`).value };
    } catch { return { why: NO_SIGNAL }; }
  }

  // One at a time, in the order in which they were filled in, whatever number of tabs is open.
  const flush = (ids = null) => navigator.locks.request("outbox", async () => {
    for (const entry of await all()) {
      const isMeant = ids ? ids.includes(entry.id) : entry.state === WAITING;
      if (!isMeant || !person || entry.person !== person) continue;
      const { token, why } = await tokenFor(entry);
      const outcome = token ? await send(entry, token) : { why };
      if (outcome.led) {
        await drop(entry.id);
        tell(`已发出：${entry.what}`, outcome.led);
      } else await put({ ...entry, state: outcome.isRefused ? REFUSED : WAITING, why: outcome.why });
      if (!outcome.led && !outcome.isRefused) break;
    }
    await show();
  });

  // What waits, in the page's message area.
  function make(tag, text, facts = {}) {
    return Object.assign(document.createElement(tag), { textContent: text, ...facts });
  }
  function area() {
    let box = document.getElementById("outbox");
    if (!box) {
      box = make("div", "", { id: "outbox", className: "notice" });
      box.setAttribute("role", "status");
      box.append(make("ul", "", { className: "messages" }));
      document.querySelector("main").prepend(box);
    }
    return box.firstElementChild;
  }
  function tell(words, led) {
    const line = make("li", `${words} `, { className: "success sent" });
    line.append(make("a", "查看", { href: led }));
    area().append(line);
  }
  function lineOf(entry) {
    const count = photos(entry), at = new Date(entry.at).toTimeString().slice(0, 5);
    const what = `${entry.what}${count ? `（${count} 个文件，${at}）` : `（${at}）`}`;
    const isRefused = entry.state === REFUSED;
    const words = isRefused ? `没有收下：${what}，原因：${entry.why} ` : `还没有发出，留在本机：${what}${entry.why ? `，${entry.why}` : ""} `;
    const line = make("li", words, { className: isRefused ? "error" : "warning" });
    line.append(make("button", "现在发送", { type: "button", className: "link", onclick: () => flush([entry.id]) }), " ");
    if (isRefused) line.append(make("a", "打开这个节点", { href: entry.page }), " ");
    const away = make("button", "丢掉", { type: "button", className: "link" });
    away.onclick = () => {
      away.textContent = "确定丢掉，不再发送";
      away.onclick = async () => { await drop(entry.id); await show(); };
    };
    line.append(away);
    return line;
  }
  async function show() {
    const entries = await all(), own = entries.filter((entry) => person && entry.person === person), others = entries.length - own.length;
    if (!entries.length && !document.getElementById("outbox")) return;
    const list = area(), sent = [...list.querySelectorAll(".sent")];
    const words = person ? `本机还有另一个账号留下的 ${others} 项登记，请用那个账号登录后发送` : `本机有 ${others} 项登记还没有发出，请用填写时的账号登录，登录后自动发出`;
    list.replaceChildren(...sent, ...own.map(lineOf), ...(others ? [make("li", words, { className: "warning" })] : []));
    list.parentElement.hidden = !list.children.length;
  }

  // A form is put into the store before it is sent; where the server refuses it at once, its own page says why.
  async function submit(form, isLost = !navigator.onLine) {
    const entry = entryOf(form);
    try { await put(entry); } catch { return void form.submit(); } // the device has no room left
    const token = form.elements[TOKEN].value;
    const outcome = await navigator.locks.request("outbox", () => (isLost ? { why: NO_SIGNAL } : send(entry, token)));
    if (outcome.led) {
      await drop(entry.id);
      location.assign(outcome.led);
      if (new URL(outcome.led, location).pathname === location.pathname) location.reload();
      return;
    }
    if (outcome.isRefused) {
      await drop(entry.id);
      return void form.submit();
    }
    await put({ ...entry, why: outcome.why });
    if (outcome.why === SIGNED_OUT) return void location.reload(); // which leads to the sign-in page and back
    // The next photos from this form are another form.
    form.elements[KEY].value = [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    form.reset();
    await show();
    document.getElementById("outbox").scrollIntoView({ block: "nearest" });
  }
  const isBusy = new Set();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!person || !form.matches("[data-outbox]")) return;
    const hasFiles = [...form.elements].some((each) => each.type === "file" && each.files.length);
    if (navigator.onLine && (!hasFiles || form.hasAttribute("hx-post"))) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // before htmx, and before what keeps the words of a form that was sent
    if (isBusy.has(form)) return;
    isBusy.add(form);
    submit(form).finally(() => isBusy.delete(form));
  }, true);
  // A form in the place of a row is sent by htmx; when its answer is lost it waits here, under the same key.
  document.addEventListener("htmx:sendError", (event) => {
    const form = event.detail.elt;
    if (!person || !form.matches("form[data-outbox]")) return;
    event.stopImmediatePropagation();
    submit(form, true);
  });

  const flushed = () => flush();
  window.addEventListener("online", flushed);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flushed());
  document.addEventListener("DOMContentLoaded", async () => {
    await show();
    if ((await all()).length) flushed();
  });
})();
