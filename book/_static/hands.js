// Pictures that a hand moves: four directions on a circle, the CHSH game.
(() => {
  "use strict";
  if (window.nlHands) return; // the page may ask for this file more than once
  window.nlHands = true;
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const set = (node, values) => {
    for (const [name, value] of Object.entries(values)) node.setAttribute(name, value);
  };

  function circle(hand) {
    const svg = hand.querySelector(".nl-circle");
    const sliders = [...hand.querySelectorAll("input")];
    const angle = (name) => Number(sliders.find((one) => one.dataset.name === name).value);
    const caption = hand.querySelector("figcaption");

    function show() {
      for (const slider of sliders) {
        const words = `${slider.value}°`;
        hand.querySelector(`output[for="${slider.id}"]`).textContent = words;
        slider.setAttribute("aria-valuetext", words);
        const arrow = svg.querySelector(`[data-name="${slider.dataset.name}"]`);
        const x = Math.cos(radians(slider.value));
        const y = -Math.sin(radians(slider.value));
        set(arrow.querySelector("line"), { x2: 130 + 105 * x, y2: 130 + 105 * y });
        set(arrow.querySelector("circle"), { cx: 130 + 105 * x, cy: 130 + 105 * y });
        set(arrow.querySelector("text"), { x: 130 + 122.9 * x, y: 135 + 122.9 * y });
      }
      let s = 0;
      for (const bar of hand.querySelectorAll(".nl-bars [data-name]")) {
        const [, x, y] = bar.dataset.name;
        const value = Math.cos(radians(angle(`A${x}`) - angle(`B${y}`)));
        const height = 70 * Math.abs(value);
        set(bar.querySelector("rect"), { y: value > 0 ? 100 - height : 100, height });
        s += x + y === "11" ? -value : value;
      }
      hand.querySelector(".nl-scale .nl-point").setAttribute("cx", 20 + 50 * Math.abs(s));
      const size = Math.abs(s);
      caption.querySelector("b").textContent = s.toFixed(3).replace("-", "−");
      caption.querySelector("span").textContent =
        size > Math.sqrt(8) - 5e-4
          ? "beyond every plan made beforehand, and as far as quantum theory goes."
          : size > 2 + 1e-9
            ? "beyond every plan made beforehand."
            : "a plan made beforehand could do this too.";
    }

    for (const slider of sliders) slider.addEventListener("input", show);
    for (const arrow of svg.querySelectorAll(".nl-arrow")) {
      const slider = sliders.find((one) => one.dataset.name === arrow.dataset.name);
      const follow = (event) => {
        const here = new DOMPoint(event.clientX, event.clientY);
        const { x, y } = here.matrixTransform(svg.getScreenCTM().inverse());
        slider.value = (Math.atan2(130 - y, x - 130) * 180) / Math.PI;
        show();
      };
      arrow.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        arrow.setPointerCapture(event.pointerId);
        arrow.addEventListener("pointermove", follow);
      });
      arrow.addEventListener("lostpointercapture", () =>
        arrow.removeEventListener("pointermove", follow),
      );
    }
    show();
  }

  function game(hand) {
    const chance = hand.querySelector("select");
    const point = hand.querySelector(".nl-point");
    const bar = hand.querySelector(".nl-error");
    const caption = hand.querySelector("figcaption");
    const place = (share) => 20 + 760 * (Math.min(Math.max(share, 0.5), 1) - 0.5);
    let rounds = 0;
    let wins = 0;

    function show() {
      const share = wins / rounds;
      const error = Math.sqrt(Math.max(share * (1 - share), 1 / rounds) / rounds);
      point.setAttribute("visibility", rounds ? "visible" : "hidden");
      if (rounds) {
        point.setAttribute("cx", place(share));
        set(bar, { x1: place(share - error), x2: place(share + error) });
      } else {
        set(bar, { x1: 20, x2: 20 });
      }
      const above = (share - 0.75) / error;
      caption.textContent = rounds
        ? `${wins} of ${rounds} rounds won: ${share.toFixed(4)} ± ${error.toFixed(4)}, which is S = ` +
          `${(8 * share - 4).toFixed(3)}. ` +
          (above > 3
            ? `${above.toFixed(1)} standard errors above what any plan wins.`
            : "Within what luck gives to a plan.")
        : "No round played yet.";
    }

    function start() {
      rounds = wins = 0;
      show();
    }

    chance.addEventListener("change", start);
    for (const button of hand.querySelectorAll("button")) {
      const more = Number(button.dataset.rounds);
      button.addEventListener("click", () => {
        if (!more) return start();
        rounds += more;
        for (let k = 0; k < more; k += 1) wins += Math.random() < Number(chance.value);
        show();
      });
    }
  }

  document.querySelectorAll(".nl-chsh").forEach(circle);
  document.querySelectorAll(".nl-game").forEach(game);
  for (const hand of document.querySelectorAll(".nl-hand")) hand.classList.add("nl-ready");
})();
