// What the cards in the browser have in common; put in front of each of them.

const RESEND_AFTER = 3000; // ms without an answer
const WORRY_AFTER = 8000; // ms without an answer before the reader is told
const PASSING = new Set(["hello", "move", "leave", "batch"]); // what only says where to look

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

// What this browser remembers; a browser may forbid it, and then nothing is remembered.
const memory = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* kept for as long as the page is open */
    }
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};

// What was said and has no answer yet, in order: said again after a lost connection, a reload or a new
// kernel. Every word has an id, so that saying it twice is harmless.
class Outbox {
  constructor(model, onChange) {
    this.model = model;
    this.onChange = onChange;
    this.waiting = [];
    this.timer = setInterval(() => this.repeat(), 1000);
  }

  // Take over what an earlier page, kernel or crash left unanswered.
  open(place) {
    if (this.key) return;
    const prefix = `thresher:outbox:${place}:`;
    const left = memory.keys(prefix).flatMap((key) => {
      const some = memory.read(key) || [];
      memory.write(key, null);
      return some;
    });
    this.key = prefix + newId();
    const known = new Set(this.waiting.map(({ message }) => message.id));
    this.waiting.unshift(...left.filter((message) => !known.has(message.id)).map((message) => ({ message, since: 0 })));
    this.keep();
    this.repeat();
  }

  post(content) {
    const message = { id: newId(), ...content };
    this.waiting.push({ message, since: Date.now(), first: Date.now() });
    this.keep();
    this.send(message);
    return message.id;
  }

  has(id) {
    return this.waiting.some(({ message }) => message.id === id);
  }

  settle(id) {
    this.waiting = this.waiting.filter(({ message }) => message.id !== id);
    this.keep();
  }

  repeat() {
    const now = Date.now();
    for (const one of this.waiting) {
      one.first ??= now;
      if (now - one.since < RESEND_AFTER) continue;
      one.since = now;
      this.send(one.message);
    }
    if (this.waiting.length) this.onChange();
  }

  send(message) {
    try {
      this.model.send(message);
    } catch {
      /* no connection: it is said again */
    }
  }

  // What only moves the view is not worth saying to the next kernel.
  keep() {
    const words = this.waiting.map(({ message }) => message).filter(({ kind }) => !PASSING.has(kind));
    if (this.key) memory.write(this.key, words.length ? words : null);
    this.onChange();
  }

  said(kind) {
    return this.waiting.map(({ message }) => message).filter((message) => message.kind === kind);
  }

  get oldest() {
    return this.waiting.length ? Date.now() - Math.min(...this.waiting.map(({ first }) => first ?? Date.now())) : 0;
  }

  close() {
    clearInterval(this.timer);
  }
}

const plural = (n, one, many = `${one}s`) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

// Say whether the ledger has everything, beside the title of every card.
function paintWaiting(element, outbox, isOpen, isBusy = false) {
  const n = outbox?.waiting.length ?? 0;
  const isLate = n > 0 && outbox.oldest > WORRY_AFTER;
  element.textContent = isLate
    ? `No answer from the kernel: ${plural(n, "word")} kept in this browser. Run the cell again; nothing is lost.`
    : n || isBusy ? "Saving…" : isOpen ? "Saved ✓" : "Opening…";
  element.dataset.state = isLate ? "late" : n || isBusy ? "busy" : "saved";
}

// ── what a citation says: text in marked segments, never markup ─────────────────────────────────
const KINDS = {
  for: "your keyword for",
  against: "your keyword against",
  likely: "the model: speaks for it",
  unlikely: "the model: speaks against it",
};

const marked = (segments) =>
  segments.map(({ text, kind }) => (kind ? make("mark", { class: `th-${kind}`, title: KINDS[kind] }, text) : text));

const plain = (segments) => segments.map(({ text }) => text).join("");

const short = (text, n = 60) => ([...text].length > n ? `${[...text].slice(0, n - 1).join("")}…` : text);

const isSafe = (href) => /^https?:\/\//i.test(href);

function makeByline({ authors, journal, year, link, databases, entry_type: type, language }) {
  const people = authors ? make("p", { class: "th-authors", dir: "auto" }, authors) : null;
  const where = [journal && make("cite", {}, journal), year && String(year), type, language].filter(Boolean);
  const source = make("p", { class: "th-source" }, ...where.flatMap((part, n) => (n ? [" · ", part] : [part])));
  if (link && isSafe(link.href))
    source.append(where.length ? " · " : "", make("a", { href: link.href, target: "_blank", rel: "noopener noreferrer" }, link.text));
  const found = make("p", { class: "th-databases" }, ...databases.map((one) => make("span", { class: "th-chip" }, one)));
  return [people, source, databases.length ? found : null].filter(Boolean);
}

function makeAbstract({ sections }) {
  if (!sections.length) return [make("p", { class: "th-quiet" }, "No abstract in any source. Judge by the title, or look at the publication.")];
  return sections.map(({ label, segments }) => make("p", { dir: "auto" }, label ? make("b", { class: "th-label" }, label) : null, ...marked(segments)));
}

// A card that shows one thing after another and tells the kernel what its reader says of each. Who
// extends it builds the page (root, saved, message, live), hears messages and takes keys.
class TalkingCard {
  constructor(model) {
    this.model = model;
    this.outbox = new Outbox(model, () => this.paintSaved()); // one word at a time, each on what was shown
    this.state = null;
  }

  listen() {
    this.onMessage = (message) => this.hear(message);
    this.model.on("msg:custom", this.onMessage);
    this.endKeys = keepKeys(this.root);
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.endTheme = watchTheme(() => this.paintTheme());
    this.paintTheme();
  }

  paintSaved() {
    paintWaiting(this.saved, this.outbox, Boolean(this.state));
  }

  paintTheme() {
    this.root.dataset.theme = prefersDark() ? "dark" : "light";
  }

  say(words, tone = "") {
    this.message.textContent = words;
    this.message.dataset.tone = tone;
    this.announce(words);
  }

  announce(words) {
    this.live.textContent = words;
  }

  close() {
    this.outbox.close();
    this.model.off("msg:custom", this.onMessage);
    this.endKeys();
    this.endTheme();
  }
}
