"use strict";
(() => {
  const form = document.getElementById("filters");
  const status = document.getElementById("status");
  const words = form.elements.namedItem("words");
  form.hidden = false;

  const chosen = (name) =>
    new Set([...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value));

  function apply() {
    const polarities = chosen("polarity");
    const wanted = words.value.trim().toLocaleLowerCase();
    let studies = 0;
    for (const section of document.querySelectorAll("section.cell")) {
      let shown = 0;
      for (const article of section.querySelectorAll("article")) {
        const text = article.textContent.toLocaleLowerCase();
        article.hidden = wanted !== "" && !text.includes(wanted);
        shown += article.hidden ? 0 : 1;
      }
      section.hidden = !polarities.has(section.dataset.polarity) || shown === 0;
      studies += section.hidden ? 0 : shown;
      const link = document.querySelector(`td a[href="#${CSS.escape(section.id)}"]`);
      link.hidden = section.hidden;
      link.querySelector("span.n").textContent = String(shown);
    }
    status.textContent = `${studies} entries shown`;
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#cell-"]');
    if (link) document.getElementById(link.getAttribute("href").slice(1)).focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("section.cell")) {
      const back = document.querySelector(`td a[href="#${CSS.escape(event.target.id)}"]`);
      if (back) back.focus();
    }
  });
})();
