// The definition of a term, at its first use: on hover, on focus, at the first tap.
(() => {
  "use strict";
  const terms = document.querySelectorAll("a.nl-term");
  const sheet = document.createElement("div");
  sheet.className = "nl-definition";
  sheet.hidden = true;
  document.body.append(sheet);
  let shown = null;
  let clock = 0;

  function definition(term) {
    return document.getElementById(`definition-${term.hash.slice(1)}`);
  }

  function show(term) {
    clearTimeout(clock);
    if (shown === term) return;
    shown = term;
    sheet.replaceChildren(...definition(term).cloneNode(true).childNodes);
    sheet.hidden = false;
    const word = term.getClientRects()[0];
    const box = sheet.getBoundingClientRect();
    const most = document.documentElement.clientWidth - box.width - 8;
    const below = word.bottom + box.height + 12 < innerHeight || word.top < box.height + 12;
    const top = below ? term.getBoundingClientRect().bottom + 4 : word.top - box.height - 4;
    sheet.style.left = `${scrollX + Math.max(8, Math.min(word.left, most))}px`;
    sheet.style.top = `${scrollY + top}px`;
  }

  function hide() {
    clearTimeout(clock);
    shown = null;
    sheet.hidden = true;
  }

  // The pointer may go from the word to its definition without losing it.
  function soon() {
    clearTimeout(clock);
    clock = setTimeout(hide, 250);
  }

  for (const term of terms) {
    term.setAttribute("aria-describedby", definition(term).id);
    let first = false;
    term.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse") show(term);
    });
    term.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") soon();
    });
    term.addEventListener("focus", () => show(term));
    term.addEventListener("blur", hide);
    term.addEventListener("pointerdown", (event) => {
      first = event.pointerType !== "mouse" && shown !== term;
    });
    term.addEventListener("click", (event) => {
      if (!first) return; // a second tap follows the link, as does a click
      first = false;
      event.preventDefault();
      show(term);
    });
  }
  sheet.addEventListener("pointerenter", () => clearTimeout(clock));
  sheet.addEventListener("pointerleave", soon);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  addEventListener("pointerdown", (event) => {
    if (shown && !shown.contains(event.target) && !sheet.contains(event.target)) hide();
  });
})();
