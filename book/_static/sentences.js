// A number in a sentence that one moves: the other words follow.
(() => {
  "use strict";
  if (window.nlSentences) return; // the page may ask for this file more than once
  window.nlSentences = true;
  for (const sentence of document.querySelectorAll(".nl-sentence")) {
    const words = JSON.parse(sentence.dataset.words);
    const slider = sentence.querySelector("input");
    const said = [...sentence.querySelectorAll("output")];
    const move = () => {
      for (const part of said) part.textContent = words[part.dataset.part][slider.value];
      slider.setAttribute("aria-valuetext", words[sentence.dataset.key][slider.value]);
    };
    slider.addEventListener("input", move);
    move(); // a browser restores a slider's place when it comes back to the page
    sentence.classList.add("nl-ready");
  }
})();
