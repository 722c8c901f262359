// What the cards in the browser have in common; put in front of each of them.

const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") Object.entries(value).forEach(([event, act]) => element.addEventListener(event, act));
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Notebook 7 takes keys in the capture phase unless this attribute is there: on what has the focus
// itself, for it looks at that before it looks at what is around it. With it, it takes none at all,
// so it goes while Control or Command is down (to save the notebook). Returns what ends it.
function keepKeys(root, onCapture = () => {}) {
  const guard = (event) => {
    onCapture(event);
    if (!root.contains(event.target)) return;
    for (const element of [root, event.target]) element.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey));
  };
  const stop = (event) => event.key !== "Tab" && event.stopPropagation();
  for (const name of ["keydown", "keyup"]) window.addEventListener(name, guard, true);
  for (const name of ["keyup", "keypress"]) root.addEventListener(name, stop);
  return () => ["keydown", "keyup"].forEach((name) => window.removeEventListener(name, guard, true));
}

// Paint anew; where what had the focus is gone, the card has it.
function paintInPlace(root, paint) {
  const focused = () => root.contains(root.getRootNode().activeElement);
  const before = focused();
  paint();
  if (before && !focused()) root.focus({ preventScroll: true });
}

// Whether the page around the card is dark; null where it does not say.
function isHostDark() {
  const { dataset, classList } = document.body;
  const page = document.documentElement;
  const isApp = dataset.voila !== undefined; // its page has no colours of its own
  if (dataset.jpThemeLight === "false" || classList.contains("vscode-dark") || classList.contains("dark")) return true;
  if (page.classList.contains("dark") || page.dataset.theme === "dark") return true;
  if ((!isApp && dataset.jpThemeLight === "true") || classList.contains("vscode-light") || page.dataset.theme === "light") return false;
  return null;
}

// Tell whenever the page around the card may have changed its colours. Returns what ends it.
function watchTheme(paint) {
  const media = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(paint);
  for (const element of [document.body, document.documentElement])
    observer.observe(element, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-theme"] });
  media.addEventListener("change", paint);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", paint);
  };
}

const prefersDark = () => isHostDark() ?? matchMedia("(prefers-color-scheme: dark)").matches;

