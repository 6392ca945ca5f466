// The map of the front page: a point that one drags, or moves with two sliders.
(() => {
  "use strict";
  const map = document.querySelector(".nl-map");
  if (!map) return;
  const borders = JSON.parse(map.dataset.borders);
  const [x0, y0] = JSON.parse(map.dataset.centre);
  const [across, up] = JSON.parse(map.dataset.scale);
  const svg = map.querySelector("svg");
  const point = svg.querySelector(".nl-point");
  const bias = map.querySelector("#map-bias");
  const s = map.querySelector("#map-s");
  const sentences = [...map.querySelectorAll("[data-region]")];

  // Whether a ray to the right meets the border an odd number of times.
  function inside(border, u, v) {
    let odd = false;
    border.forEach(([a, b], k) => {
      const [c, d] = border[(k + 1) % border.length];
      if (b > v !== d > v && u < a + ((v - b) / (d - b)) * (c - a)) odd = !odd;
    });
    return odd;
  }

  function show() {
    const u = Number(bias.value);
    const v = Number(s.value) / 4;
    point.setAttribute("cx", x0 + across * u);
    point.setAttribute("cy", y0 - up * v);
    const order = ["local", "quantum", "level 1", "no-signalling"];
    const region = order.find((name) => inside(borders[name], u, v)) ?? "";
    for (const each of sentences) {
      each.hidden = each.dataset.region !== region;
      each.querySelector("output").textContent = region ? `S = ${(4 * v).toFixed(2)}.` : "";
    }
    bias.setAttribute("aria-valuetext", u.toFixed(2));
    s.setAttribute("aria-valuetext", (4 * v).toFixed(2));
  }

  function follow(event) {
    const here = new DOMPoint(event.clientX, event.clientY);
    const { x, y } = here.matrixTransform(svg.getScreenCTM().inverse());
    bias.value = (x - x0) / across;
    s.value = (4 * (y0 - y)) / up;
    show();
  }

  // The state is in the address, so that a place on the map can be sent to somebody.
  function remember() {
    history.replaceState(null, "", `#map?bias=${bias.value}&s=${s.value}`);
  }

  function recall() {
    const [name, query] = location.hash.slice(1).split("?");
    if (name !== "map" || !query) return;
    const state = new URLSearchParams(query);
    if (state.has("bias")) bias.value = state.get("bias");
    if (state.has("s")) s.value = state.get("s");
  }

  point.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    point.setPointerCapture(event.pointerId);
    point.addEventListener("pointermove", follow);
  });
  point.addEventListener("lostpointercapture", () => {
    point.removeEventListener("pointermove", follow);
    remember();
  });
  for (const slider of [bias, s]) {
    slider.addEventListener("input", show);
    slider.addEventListener("change", remember);
  }
  addEventListener("hashchange", () => {
    recall();
    show();
  });
  recall();
  show();
  map.classList.add("nl-ready");
})();
