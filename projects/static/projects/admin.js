// Names for what Django's admin leaves without one: cells of tables of rows, and the search fields of Select2.
(() => {
  const CONTROLS = "input:not([type=hidden]), select, textarea";

  const name = (control, words) => {
    if (words?.trim() && !control.labels?.length) control.setAttribute("aria-label", words.trim().replace(/[:：]$/, ""));
  };

  const nameCells = (table) => {
    for (const empty of table.querySelectorAll("th.original:empty")) {
      const cell = document.createElement("td");
      cell.className = empty.className;
      empty.replaceWith(cell);
    }
    for (const cell of table.querySelectorAll("td[class*=field-], td.delete")) {
      const field = [...cell.classList].find((name) => name.startsWith("field-"));
      const heading = table.querySelector(field ? `th.${field.replace("field-", "column-")}` : "thead th:last-child");
      for (const control of cell.querySelectorAll(CONTROLS)) name(control, heading?.textContent);
    }
  };

  const nameSearches = () => {
    for (const list of document.querySelectorAll("select.admin-autocomplete")) {
      const words = list.getAttribute("aria-label") || list.labels?.[0]?.textContent;
      for (const part of list.parentElement.querySelectorAll(".select2 [role=combobox], .select2 [role=textbox]")) {
        part.removeAttribute("aria-labelledby");
        name(part, words);
      }
    }
  };

  const nameAll = () => {
    document.querySelectorAll(".tabular table").forEach(nameCells);
    document.querySelectorAll("fieldset > legend").forEach((legend) => {
      const controls = legend.parentElement.querySelectorAll(CONTROLS);
      if (controls.length === 1) name(controls[0], legend.textContent);
    });
    document.querySelectorAll("#searchbar").forEach((search) => {
      search.setAttribute("aria-label", search.form.querySelector("[type=submit]").value);
    });
    document.querySelectorAll("#changelist-filter a:empty").forEach((link) => { link.textContent = "空"; });
    nameSearches();
  };
  addEventListener("load", () => (window.django?.jQuery ? django.jQuery(nameAll) : nameAll()));
  document.addEventListener("formset:added", () => setTimeout(nameAll));
})();
