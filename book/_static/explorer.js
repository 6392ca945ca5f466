// Explorers in the built book: native range inputs that swap frames packed in the page.
(() => {
  "use strict";

  async function unpack(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  // A frame is a list of numbers of lines, or [first, how many]: neighbours share most of them.
  function opened({ lines, frames }) {
    const drawn = (k) => (Array.isArray(k) ? lines.slice(k[0], k[0] + k[1]) : lines[k]);
    return frames.map(([numbers, caption]) => [() => numbers.flatMap(drawn).join("\n"), caption]);
  }

  // The tallest caption decides, so that the page does not jump while a slider moves: all of
  // them in one cell of a grid, measured at once.
  function reserve(caption, frames) {
    const all = caption.cloneNode();
    all.removeAttribute("aria-live");
    all.style.cssText = `position: absolute; visibility: hidden; display: grid;
      box-sizing: border-box; width: ${caption.offsetWidth}px`;
    for (const words of new Set(frames.map((frame) => frame[1]))) {
      const each = document.createElement("div");
      each.style.gridArea = "1 / 1";
      each.innerHTML = words;
      all.append(each);
    }
    caption.after(all);
    caption.style.minHeight = `${all.offsetHeight}px`;
    all.remove();
  }

  async function start(explorer) {
    const frames = opened(await unpack(explorer.querySelector(".nl-frames").textContent));
    const inputs = [...explorer.querySelectorAll("input[type=range]")];
    const picture = explorer.querySelector(".nl-frame");
    const caption = explorer.querySelector("figcaption");
    const home = inputs.map((input) => input.defaultValue).join();
    const shown = picture.innerHTML; // the page's own picture of the defaults

    function move() {
      let place = 0; // the frames run through the last slider fastest
      for (const input of inputs) {
        const words = JSON.parse(input.dataset.words);
        place = place * words.length + Number(input.value);
        input.setAttribute("aria-valuetext", words[input.value]);
        explorer.querySelector(`output[for="${input.id}"]`).textContent = words[input.value];
      }
      const [draw, words] = frames[place];
      picture.innerHTML = inputs.map((input) => input.value).join() === home ? shown : draw();
      caption.innerHTML = words;
    }

    // The state is in the address, #name?d=45, so that a place can be sent to somebody.
    const name = explorer.id.replace("explore-", "");
    const values = inputs.map((input) => JSON.parse(input.dataset.values));

    function remember() {
      const state = inputs.map((input, k) => `${input.dataset.key}=${values[k][input.value]}`);
      history.replaceState(null, "", `#${name}?${state.join("&")}`);
    }

    function recall() {
      const [wanted, query] = decodeURIComponent(location.hash.slice(1)).split("?");
      if (wanted !== name || query === undefined) return false;
      const state = new URLSearchParams(query);
      inputs.forEach((input, k) => {
        const value = Number(state.get(input.dataset.key));
        if (!state.has(input.dataset.key) || Number.isNaN(value)) return;
        const away = values[k].map((each) => Math.abs(each - value));
        input.value = away.indexOf(Math.min(...away)); // the nearest place there is
      });
      move();
      explorer.scrollIntoView({ block: "center" });
      return true;
    }

    // The first slider by itself, once through; again, or any touch of a slider, stops it.
    const play = explorer.querySelector(".nl-play");
    let clock = 0;
    function stop() {
      clearInterval(clock);
      clock = 0;
      play.textContent = "▶ play";
    }
    play.addEventListener("click", () => {
      if (clock) return stop();
      const first = inputs[0];
      if (first.value === first.max) first.value = first.min;
      play.textContent = "■ stop";
      clock = setInterval(() => {
        if (first.value === first.max) return stop();
        first.stepUp();
        move();
      }, 500);
      move();
    });
    play.hidden = false;

    for (const input of inputs) {
      input.addEventListener("input", () => {
        stop();
        move();
      });
      input.addEventListener("change", remember);
    }
    reserve(caption, frames);
    let width = caption.offsetWidth;
    new ResizeObserver(() => {
      if (caption.offsetWidth === width) return; // its height is what we set ourselves
      width = caption.offsetWidth;
      reserve(caption, frames);
    }).observe(caption);
    addEventListener("hashchange", recall);
    if (!recall()) move(); // a browser restores a slider's place when it comes back to the page
    explorer.classList.add("nl-ready");
  }

  // One after the other when the browser has nothing else to do, so that the page scrolls at once;
  // first the one that the address names.
  const named = `explore-${decodeURIComponent(location.hash.slice(1)).split("?")[0]}`;
  const waiting = [...document.querySelectorAll(".nl-explorer")];
  waiting.sort((a, b) => (b.id === named) - (a.id === named));
  const later = window.requestIdleCallback ?? ((work) => setTimeout(work, 1));
  async function next() {
    const explorer = waiting.shift();
    if (!explorer) return;
    await start(explorer).catch(() => explorer.classList.add("nl-still")); // the default frame stays
    later(next, { timeout: 300 });
  }
  next();

  // What scrolls can be reached by key, what does not is no stop on the way. The browser says when
  // it has laid something out: to ask it before would be to wait for the whole page.
  const stops = new ResizeObserver((seen) => {
    for (const { target: wide } of seen) {
      if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
      else wide.removeAttribute("tabindex");
    }
  });
  for (const wide of document.querySelectorAll(".nl-wide")) stops.observe(wide);
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details.sd-dropdown")) folded.open = true;
  });
})();
