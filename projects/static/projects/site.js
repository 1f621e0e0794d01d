// Conveniences; every page works without them.
"use strict";

// A control marked `data-submit` sends its form when it changes.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// The large screen for meetings: the arrow keys step through the units, Escape leaves.
document.addEventListener("keydown", (event) => {
  if (!document.body.classList.contains("screen") || event.ctrlKey || event.metaKey || event.altKey) return;
  const selector = { ArrowLeft: "a[rel=prev]", ArrowRight: "a[rel=next]", Escape: "a[data-leave]" }[event.key];
  if (selector) document.querySelector(selector)?.click();
});

// The large screen refreshes itself. When the session has ended, reload, so that the sign-in page is shown.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "screen" || event.detail.serverResponse.includes('id="screen"')) return;
  event.detail.shouldSwap = false;
  window.location.reload();
});

// A box marked `data-ticks` ticks, or clears, every box of that name on the page.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-ticks]")) return;
  for (const box of document.getElementsByName(event.target.dataset.ticks)) box.checked = event.target.checked;
});

// A form in the place of a row: Escape puts the row back.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest("form")?.querySelector("[data-cancel]")?.click();
});
