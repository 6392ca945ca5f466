// The filter of the results page: shown where scripts run; without it the lists are whole.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".nl-filter");
  if (!form) return;
  const items = [...document.querySelectorAll(".nl-results > li")];
  const apply = () => {
    const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      const fits =
        (!form.paper.value || item.dataset.paper === form.paper.value) &&
        (!form.sure.value || item.dataset.sure === form.sure.value) &&
        words.every((word) => text.includes(word));
      item.hidden = !fits;
      shown += fits;
    }
    form.querySelector("output").textContent = `${shown} of ${items.length} claims`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
});
