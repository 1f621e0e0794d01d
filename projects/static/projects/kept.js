// What was typed is not lost: a form that the server did not take stays in this tab and is filled in again later,
// never sent by itself; and an answer that is an error is shown in the page's own message area.
"use strict";

(() => {
  const START = "typed:", MOST_HOURS = 12, LONGEST_SENTENCE = 300;
  const SENT = "sent", KEPT = "kept";
  const person = document.querySelector("meta[name=person]")?.content || "";
  const SKIPPED = new Set(["password", "file", "submit", "button", "image", "reset", "fieldset", "output", "object"]);
  const NEVER = new Set(["csrfmiddlewaretoken", "next"]);
  const FAILED = {
    403: "您的账号现在没有这项操作的权限，没有保存。", 404: "要找的内容已不存在，没有保存。", 405: "现在不能这样操作，没有保存。",
    409: "刚刚有人改过，没有保存；请刷新页面核对后再提交。", 413: "内容太大，没有保存；请减少文件后再试。",
    500: "系统出错，这次操作没有完成。请稍后再试。", 503: "系统正忙，没有保存；请稍后再试。",
  };
  const NO_ANSWER = "连不上服务器，没有保存；请稍后再试。";
  const OTHER_PAGE = "服务器返回了别的页面，没有显示在这里；请刷新页面后再试。";
  const STAYS = "填写的内容还在这一页。";

  const here = () => location.pathname + location.search;
  const owned = () => `${START}${person}:`;
  const isPost = (form) => (form.getAttribute("method") || "").toLowerCase() === "post";
  const isKept = (form) => isPost(form) && !form.matches("[data-unkept]") && !form.querySelector("[type=password]");
  const controls = (form) => [...form.elements].filter((each) => each.name && !SKIPPED.has(each.type) && !NEVER.has(each.name));
  const isTicked = (each) => each.type === "checkbox" || each.type === "radio";
  const isShown = (each) => each.type !== "hidden";
  const isCount = (name) => name.endsWith("_FORMS");

  // Of a form: its address, what it does, and which of several alike it is.
  function nameOf(form) {
    const same = (each) => [new URL(each.getAttribute("action") || "", location).pathname, each.querySelector("[name=act]")?.value || ""].join("|");
    const alike = [...document.forms].filter((each) => same(each) === same(form));
    return `${same(form)}|${alike.indexOf(form)}`;
  }
  const keyOf = (form) => `${owned()}${here()}#${nameOf(form)}`;

  function valueOf(each) {
    if (isTicked(each)) return each.checked;
    return each.multiple ? [...each.selectedOptions].map((option) => option.value) : each.value;
  }
  // Several controls may have one name: boxes are distinguished by their value, the others by their position.
  function placesOf(form) {
    const count = {};
    return controls(form).map((each) => {
      const name = isTicked(each) ? `${each.name}=${each.value}` : each.name;
      count[name] = (count[name] || 0) + 1;
      return [`${name}@${count[name]}`, each];
    });
  }
  const labelOf = (each) => each.getAttribute("aria-label") || each.labels?.[0]?.textContent.trim() || each.name;
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  // Storage may be full or switched off: then nothing is kept, and nothing breaks.
  const store = (key, draft) => { try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* as without a script */ } };
  const forget = (key) => sessionStorage.removeItem(key);
  function drafts(start) {
    const found = [];
    for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(start))) {
      const draft = JSON.parse(sessionStorage.getItem(key));
      if (Date.now() - draft.at > MOST_HOURS * 3600e3) forget(key); else found.push([key, draft]);
    }
    return found;
  }

  function keep(form, state) {
    const fields = placesOf(form).map(([place, each]) => [place, valueOf(each), isShown(each) && !isTicked(each) ? labelOf(each) : ""]);
    const hadFiles = [...form.elements].some((each) => each.type === "file" && each.files.length);
    store(keyOf(form), { at: Date.now(), state, page: here(), fields, hadFiles });
  }
  function isChanged(each) {
    if (isTicked(each)) return each.checked !== each.defaultChecked;
    if (each.multiple) return [...each.options].some((option) => option.selected !== option.defaultSelected);
    if (each.options) return each.selectedIndex !== Math.max(0, [...each.options].findIndex((option) => option.defaultSelected));
    return isShown(each) && each.value !== each.defaultValue;
  }
  const keepChanged = () => [...document.forms].filter((form) => isKept(form) && controls(form).some(isChanged)).forEach((form) => keep(form, KEPT));

  // The message area of the page: one list for what failed, one for what is offered again.
  function area(role) {
    const id = `notices-${role}`;
    let list = document.getElementById(id);
    if (!list) {
      const box = document.createElement("div");
      box.setAttribute("role", role);
      box.className = "notice";
      list = document.createElement("ul");
      list.id = id;
      list.className = "messages messagelist";
      box.append(list);
      document.querySelector("main, #content").prepend(box);
    }
    return list;
  }
  function unsay(about) {
    for (const item of document.querySelectorAll(".messagelist > li")) if (item.dataset.about === about) item.remove();
    document.querySelectorAll(".messagelist:empty").forEach((each) => each.parentElement.remove());
  }
  function say(words, { role = "alert", about = words, kind = "error" } = {}) {
    const item = document.createElement("li");
    item.className = kind;
    item.dataset.about = about;
    item.append(words);
    unsay(about);
    area(role).append(item);
    return item;
  }
  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  // Fill a draft into its form; false where the form has other rows by now.
  function fill(form, draft) {
    const places = new Map(placesOf(form));
    const moved = draft.fields.some(([place, value]) => isCount(place.split("@")[0]) && places.get(place)?.value !== value);
    if (moved) return false;
    for (const [place, value] of draft.fields) {
      const each = places.get(place);
      if (!each || isCount(each.name)) continue;
      if (isTicked(each)) each.checked = value;
      else if (each.multiple) for (const option of each.options) option.selected = value.includes(option.value);
      else each.value = value;
    }
    return true;
  }
  const differs = (form, draft) => placesOf(form).some(([place, each]) =>
    isShown(each) && draft.fields.some(([name, value]) => name === place && !same(value, valueOf(each))));

  function offer(within) {
    const forms = [...within.querySelectorAll("form")].concat(within.matches?.("form") ? [within] : []).filter(isKept);
    const waiting = new Map(drafts(`${owned()}${here()}#`).filter(([, draft]) => draft.state === KEPT));
    for (const form of forms) {
      const key = keyOf(form), draft = waiting.get(key);
      if (!draft) continue;
      waiting.delete(key);
      unsay(key);
      if (!differs(form, draft)) forget(key);
      else if (fill(form, draft)) {
        const item = say(`已填回上次没有提交成功的内容，核对后请再次提交。${draft.hadFiles ? "照片和附件须重新选择。" : ""} `, { role: "status", about: key, kind: "warning" });
        item.append(button("不要了", () => { forget(key); form.reset(); location.reload(); }));
      } else waiting.set(key, draft);
    }
    return waiting;
  }
  // A draft whose form is not on the page: its words to copy, until the form is opened again.
  function list(waiting) {
    for (const [key, draft] of waiting) {
      const words = draft.fields.filter(([, value, label]) => label && value && value.length).map(([, value, label]) => `${label}：${value}`);
      if (!words.length) { forget(key); continue; }
      const item = say(`上次有内容没有提交成功；再次打开原来的表单会自动填回。${words.join("；")} `, { role: "status", about: key, kind: "warning" });
      item.append(button("不要了", () => { forget(key); unsay(key); }));
    }
  }

  // How the last form fared is known by the page that follows it: what was written ends in a redirect to a page.
  function judge() {
    const navigation = performance.getEntriesByType("navigation")[0] || {};
    const outcome = document.querySelector("meta[name=outcome]")?.content;
    const isFailed = Boolean(outcome) || !person || navigation.responseStatus >= 400;
    for (const [key, draft] of drafts(START).filter(([, each]) => each.state === SENT)) {
      const follows = navigation.redirectCount > 0 && document.referrer === location.origin + draft.page;
      if (outcome === "saved" || (!isFailed && follows)) { forget(key); continue; }
      // Refused with its faults beside it: the page shows the form again as it was typed.
      if (isFailed && [...document.forms].some((form) => isKept(form) && key.endsWith(`#${nameOf(form)}`))) { forget(key); continue; }
      store(key, { ...draft, state: KEPT });
      if (outcome === "sign-in") say("登录已过期，刚才填写的内容没有提交；用原来的账号登录后会填回。", { role: "status", kind: "warning" });
      else if ((!person || key.startsWith(owned())) && (isFailed || draft.page !== here())) {
        const item = say("刚才填写的内容没有提交，还留在本机。", { role: "status", kind: "warning" }), back = document.createElement("a");
        back.href = draft.page;
        back.textContent = "回到刚才的页面";
        item.append(back);
      }
    }
    return isFailed;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-leave]")) drafts(owned()).forEach(([key]) => forget(key));
    if (event.defaultPrevented || !person || !isKept(form) || form.hasAttribute("hx-post")) return;
    if (controls(form).some(isShown)) keep(form, SENT);
  });

  // Answers to htmx
  document.addEventListener("htmx:beforeOnLoad", (event) => { if (event.detail.xhr.getResponseHeader("HX-Redirect")) keepChanged(); });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { serverResponse, shouldSwap, requestConfig } = event.detail, elt = requestConfig?.elt;
    if (!shouldSwap || event.target.id === "screen" || !/<html[\s>]/i.test(serverResponse)) return;
    const select = event.detail.selectOverride || elt?.closest("[hx-select]")?.getAttribute("hx-select");
    if (select && new DOMParser().parseFromString(serverResponse, "text/html").querySelector(select)) return;
    event.detail.shouldSwap = false;
    say(OTHER_PAGE);
  });

  function sentenceOf(xhr) {
    const isHtml = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/html");
    const page = isHtml && new DOMParser().parseFromString(xhr.responseText, "text/html");
    const text = page ? page.querySelector("main .prose p, .error, .faults li, .errorlist li, body > p:not(.runner), main p")?.textContent : xhr.responseText;
    const words = (text || "").trim().replace(/\s+/g, " ");
    const isSentence = words && words.length <= LONGEST_SENTENCE && !words.startsWith("{");
    return isSentence ? words : FAILED[xhr.status] || `没有完成（${xhr.status}），请稍后再试。`;
  }
  // The server's own notice is shown as it is; to any other message we add that the typed values are kept.
  function noticeOf(xhr) {
    const trigger = xhr?.getResponseHeader("HX-Trigger");
    return trigger?.includes('"notice"') && JSON.parse(trigger).notice;
  }
  const pathOf = (event) => event.detail.pathInfo?.requestPath || "";
  function fail(event, words) {
    const isWrite = event.detail.requestConfig?.verb !== "get";
    return say(noticeOf(event.detail.xhr) || (isWrite ? `${words}${STAYS} ` : words), { about: pathOf(event) });
  }
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    const item = fail(event, sentenceOf(xhr));
    if (xhr.getResponseHeader("X-Expired")) item.append(button("刷新页面", () => { keepChanged(); location.reload(); }));
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:swapError", "htmx:onLoadError"])
    document.addEventListener(name, (event) => fail(event, NO_ANSWER));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) unsay(pathOf(event));
  });
  document.addEventListener("htmx:load", (event) => { if (person && event.detail.elt !== document.body) offer(event.detail.elt); });

  document.addEventListener("DOMContentLoaded", () => {
    if (!judge()) list(offer(document));
  });
})();
