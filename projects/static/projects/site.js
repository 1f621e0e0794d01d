// Conveniences; every page works without them.
"use strict";

// A control marked `data-submit` sends its form when it changes.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A button marked `data-copy` copies the text of the element that it names. Over plain HTTP a page has no
// `navigator.clipboard`, so the browser's own command copies a selection.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const words = document.getElementById(button.dataset.copy), selection = getSelection();
  selection.selectAllChildren(words);
  const isCopied = document.execCommand("copy");
  if (isCopied) selection.removeAllRanges();
  const said = button.parentElement.querySelector("[role=status]");
  if (said) said.textContent = isCopied ? "已复制" : "没有复制成，文字已选中，请按 Ctrl+C";
});

// The large screen for meetings: the arrow keys step through the units, Escape leaves.
document.addEventListener("keydown", (event) => {
  if (!document.body.classList.contains("screen") || event.ctrlKey || event.metaKey || event.altKey) return;
  const selector = { ArrowLeft: "a[rel=prev]", ArrowRight: "a[rel=next]", Escape: "a[data-leave]" }[event.key];
  if (selector) document.querySelector(selector)?.click();
});

// On a touch screen a stroke to the left leads on, one to the right leads back.
let touchedAt = null;
document.addEventListener("touchstart", (event) => {
  const only = event.touches.length === 1 ? event.touches[0] : null;
  touchedAt = only && document.body.classList.contains("screen") ? { x: only.clientX, y: only.clientY } : null;
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!touchedAt) return;
  const { clientX, clientY } = event.changedTouches[0];
  const across = clientX - touchedAt.x;
  const isStroke = Math.abs(across) > 60 && Math.abs(across) > 2 * Math.abs(clientY - touchedAt.y);
  touchedAt = null;
  if (isStroke) document.querySelector(across < 0 ? "a[rel=next]" : "a[rel=prev]")?.click();
});

// The large screen refreshes itself. When the session has ended, reload, so that the sign-in page is shown.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "screen" || event.detail.serverResponse.includes('id="screen"')) return;
  event.detail.shouldSwap = false;
  if (event.detail.isError) showStale();
  else window.location.reload();
});

// When the line is lost the screen keeps what it shows and says since when; the next answer takes its place.
function showStale() {
  for (const fresh of document.querySelectorAll("#screen .fresh")) fresh.hidden = true;
  for (const stale of document.querySelectorAll("#screen .stale")) stale.hidden = false;
}
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, showStale);
window.addEventListener("offline", showStale);
window.addEventListener("online", () => {
  const screen = document.getElementById("screen");
  if (screen && window.htmx) window.htmx.trigger(screen, "refresh");
});

// A box marked `data-ticks` ticks, or clears, every box of that name on the page.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-ticks]")) return;
  for (const box of document.getElementsByName(event.target.dataset.ticks)) box.checked = event.target.checked;
});

// A form in the place of a row: Escape puts the row back, also where a refused file has left the focus nowhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  const within = event.target === document.body ? document.querySelector(".editing form") : event.target.closest("form");
  within?.querySelector("[data-cancel]")?.click();
});

// The number beside 待办 is kept for a minute; whoever has sent a form since is not shown the number of before.
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") sessionStorage.setItem("sent", Date.now());
});
{
  const since = sessionStorage.getItem("sent"), badge = document.querySelector(".nav [hx-get]");
  if (since && badge) badge.setAttribute("hx-get", `${badge.getAttribute("hx-get")}?since=${since}`);
}
