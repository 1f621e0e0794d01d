// A comment: Ctrl+Enter sends it; behind an @ the names of the people who may see the project are offered, taken with a
// click, or with the arrow keys and Enter. Without scripts a name that is typed in full mentions as well.
"use strict";
(() => {
  const LONGEST_NAME = 12;
  const list = document.querySelector("[data-people]");
  if (!list) return;
  const text = list.closest("form").querySelector("textarea");
  let asked = 0;

  // What stands between the last @ and the cursor; null where no name is being typed.
  const typed = () => {
    const before = text.value.slice(0, text.selectionStart);
    const at = Math.max(before.lastIndexOf("@"), before.lastIndexOf("＠"));
    if (at < 0) return null;
    const name = before.slice(at + 1);
    return name.length > LONGEST_NAME || /\s/.test(name) ? null : { at, name };
  };

  const close = () => {
    asked += 1;
    list.hidden = true;
    list.replaceChildren();
  };

  const offer = async () => {
    const found = typed();
    if (!found) return close();
    const mine = (asked += 1);
    const answer = await fetch(`${list.dataset.people}?q=${encodeURIComponent(found.name)}`);
    if (mine !== asked || !answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    const options = page.querySelectorAll("[data-name]");
    const done = [...options].some((option) => option.dataset.name === found.name);
    if (done || options.length === 0) return close();
    list.replaceChildren(...options);
    list.hidden = false;
  };

  const take = (option) => {
    const found = typed();
    if (!found) return;
    text.setRangeText(`${option.dataset.name} `, found.at + 1, text.selectionStart, "end");
    close();
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };

  text.addEventListener("input", offer);
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-name]");
    if (option) take(option);
  });
  list.addEventListener("keydown", (event) => {
    const options = [...list.querySelectorAll("[data-name]")];
    const at = options.indexOf(document.activeElement);
    if (event.key === "ArrowDown") options[(at + 1) % options.length].focus();
    else if (event.key === "ArrowUp" && at === 0) text.focus();
    else if (event.key === "ArrowUp") options[at - 1].focus();
    else if (event.key === "Escape") {
      close();
      text.focus();
    } else return;
    event.preventDefault();
  });
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      text.form.requestSubmit();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "Enter")) {
      event.preventDefault();
      const first = list.querySelector("[data-name]");
      if (event.key === "Enter") take(first);
      else first.focus();
    } else if (event.key === "Escape") close();
  });
})();
