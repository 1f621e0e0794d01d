// A fact that is changed in its place: its field takes the focus when it opens, and the pen has it again afterwards.
// Escape is site.js's: it leaves any form in the place of a row.
"use strict";
document.addEventListener("htmx:afterSwap", (event) => {
  const place = document.getElementById(event.detail.elt?.id || event.detail.target?.id);
  if (!place || !place.id.startsWith("fact_")) return;
  const next = place.querySelector("input:not([type=hidden]), select, textarea") || place.querySelector(".pen");
  if (next) next.focus();
});
