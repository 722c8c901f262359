// The screening card in the browser: paints what it is told, advances at once, loses nothing.
//
// Records are hostile: every text becomes a text node, links only follow http(s), nothing is ever
// parsed as HTML. A key is answered on the screen at once from the citations that were fetched
// ahead; what was said waits in an outbox (kept in this browser) until the ledger has it, and is
// said again after a lost connection, a reload or a new kernel. Saying a thing twice is harmless:
// the uid that came with the citation makes it one decision.

const LOOK_AGAIN = 15000; // ms between questions whether something came
const IMPATIENCE = 4000; // ms to wait for a citation that was asked for
const LONGEST = 900; // seconds on one citation: beyond it nobody was reading
const SIZES = [0.88, 1, 1.14, 1.3, 1.5];
const THEMES = ["auto", "light", "dark"];
const VERBS = { include: "Included", exclude: "Excluded", maybe: "Maybe" };
const SVG = "http://www.w3.org/2000/svg";

// ── small things ────────────────────────────────────────────────────────────────────────────────
function makeSvg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

function spell(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "under a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 && hours < 10 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

// Time spent looking: stands still while the page is hidden.
class Stopwatch {
  start() {
    this.spent = 0;
    this.since = document.hidden ? null : performance.now();
  }

  turn() {
    if (document.hidden && this.since !== null) {
      this.spent += performance.now() - this.since;
      this.since = null;
    } else if (!document.hidden && this.since === null) this.since = performance.now();
  }

  get seconds() {
    const running = this.since === null ? 0 : performance.now() - this.since;
    return Math.min(LONGEST, Math.round((this.spent + running) / 100) / 10);
  }
}

// ── the card ────────────────────────────────────────────────────────────────────────────────────
class Card {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    this.record = null; // what is shown
    this.current = null; // what is to be decided next; differs from it while looking back
    this.queue = [];
    this.state = null;
    this.depth = 0; // how far back the reader looks; 0: not
    this.drafts = new Map(); // uid → { note, reasons }
    this.wanted = null; // a citation that was asked for: keys wait until it is there
    this.undone = null; // { id, uid } of the decision that is being taken back
    this.later = [];
    this.hellos = new Set();
    this.watch = new Stopwatch();
    this.watch.start();
    this.outbox = new Outbox(model, () => this.paintSaved());
    this.build();
    this.listen();
    this.hello();
    this.waits = setInterval(() => this.wait(), LOOK_AGAIN);
  }

  // Where nothing is left, ask now and then whether something came.
  wait() {
    if (!this.record && !document.hidden) this.hello();
  }

  hello() {
    const id = newId();
    this.hellos.add(id);
    this.outbox.send({ kind: "hello", id });
  }

  // ── what it hears ──
  hear(message) {
    if (message.kind === "setup" && this.hellos.has(message.to)) this.setUp(message.setup);
    else if (message.kind === "answer") this.answered(message);
    else if (message.kind === "record" && message.to === this.recallId) this.lookAt(message.record);
    else if (message.kind === "state") this.take(message.state);
  }

  setUp(setup) {
    if (this.setup) return;
    this.setup = setup;
    this.paintSetup();
    this.outbox.open(`${setup.review}:${setup.reviewer}`);
    if (this.state) this.settle();
  }

  answered({ to, is_final: isFinal, notice }) {
    if (!this.outbox.has(to)) return; // another window's, or said twice
    if (isFinal) this.outbox.settle(to);
    if (notice) this.say(notice, "warn");
  }

  take(state) {
    if (this.state && state.version <= this.state.version) return;
    this.state = state;
    if (this.setup) this.settle();
  }

  // Bring what is shown in line with what stands, moving nothing under the reader's eyes.
  settle() {
    const said = new Set(this.outbox.said("decide").map(({ citation_id: id }) => id));
    const ahead = this.state.queue.filter(({ citation_id: id }) => !said.has(id));
    const same = ahead.find(({ citation_id: id }) => id === this.current?.citation_id);
    const wanted = ahead.find(({ citation_id: id }) => id === this.wanted);
    const before = this.current;
    if (wanted) this.current = wanted;
    else if (same) this.current = { ...this.current, uid: same.uid, marks: same.marks, word: same.word };
    else this.current = ahead[0] ?? null;
    this.queue = ahead.filter(({ citation_id: id }) => id !== this.current?.citation_id);
    if (this.depth === 0 || wanted) this.show(this.current, 0);
    if (before && !same && !wanted && !said.has(before.citation_id) && this.depth === 0 && !this.isMoving)
      this.say("Decided in another window; here is the next one.");
    this.isMoving = false;
    this.paintProgress();
    const isForNothing = this.isUndoneForNothing();
    if (isForNothing) this.show(this.current, 0);
    if (wanted || isForNothing) this.arrived();
  }

  // Where an earlier word stands again, the citation that was asked for does not come.
  isUndoneForNothing() {
    const { undone } = this;
    return undone && !this.outbox.has(undone.id) && !this.state.history.some(({ uid }) => uid === undone.uid);
  }

  // ── what the reader does ──
  decide(decision, only = null) {
    const record = this.record;
    if (!record) return;
    const draft = this.draft(record);
    if (only) draft.reasons.add(only);
    const reasons = decision === "exclude" ? this.setup.reasons.map(({ id }) => id).filter((id) => draft.reasons.has(id)) : [];
    this.outbox.post({
      kind: "decide",
      citation_id: record.citation_id,
      uid: record.uid,
      decision,
      reasons,
      note: draft.note,
      seconds: this.watch.seconds,
    });
    this.drafts.delete(record.uid);
    const wasBack = this.depth > 0;
    const why = reasons.length ? ` (${reasons.join(", ")})` : "";
    if (!wasBack) {
      this.current = this.queue.shift() ?? null;
      this.isMoving = true;
    }
    this.show(this.current, 0);
    this.flash(decision);
    this.say(`${VERBS[decision]}${why}: ${short(plain(record.title) || "no title")}`, decision);
  }

  skip() {
    if (this.depth) return this.forward();
    if (!this.current) return;
    this.outbox.post({ kind: "skip", citation_id: this.current.citation_id });
    const title = short(plain(this.current.title));
    if (this.queue.length) {
      this.current = this.queue.shift();
      this.isMoving = true;
      this.show(this.current, 0);
    }
    this.say(`Skipped, it comes again at the end: ${title}`);
  }

  undo() {
    const last = this.past()[Math.max(0, this.depth - 1)];
    if (!last) return this.say("There is nothing to take back.");
    this.ask(last.citation_id);
    this.undone = { id: this.outbox.post({ kind: "undo", uid: last.uid }), uid: last.uid };
    this.say(`Taken back: ${VERBS[last.decision].toLowerCase()}. Decide again.`);
  }

  back() {
    const past = this.past();
    if (this.depth >= past.length) return this.say(past.length ? "That is as far back as it goes." : "Nothing was decided yet.");
    this.recall(this.depth + 1, past[this.depth]);
  }

  forward() {
    if (this.depth === 0) return this.say("This is the one to decide next.");
    if (this.depth === 1) this.show(this.current, 0);
    else this.recall(this.depth - 1, this.past()[this.depth - 2]);
  }

  recall(depth, { citation_id: id }) {
    this.ask(id);
    this.askedDepth = depth;
    this.recallId = newId();
    this.outbox.send({ kind: "recall", id: this.recallId, citation_id: id });
  }

  lookAt(record) {
    this.show(record, this.askedDepth);
    this.arrived();
    const said = record.word ? `${VERBS[record.word.decision]}: ` : "";
    this.say(`Looking back ${this.depth}. ${said}${short(plain(record.title))}`);
  }

  // Keys that come while a citation is on its way are for that citation.
  ask(citationId) {
    this.wanted = citationId;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.arrived(), IMPATIENCE);
  }

  arrived() {
    clearTimeout(this.patience);
    this.wanted = this.undone = null;
    const later = this.later;
    this.later = [];
    later.forEach((act) => this.act(act));
    this.paintSaved();
  }

  act(act) {
    if (!this.wanted) return act();
    this.later.push(act);
    this.paintSaved();
  }

  toggleReason(id) {
    if (!this.record) return;
    const { reasons } = this.draft(this.record);
    if (!reasons.delete(id)) reasons.add(id);
    this.paintDraft();
    const { text } = this.setup.reasons.find((one) => one.id === id);
    this.announce(`Reason ${reasons.has(id) ? "chosen" : "taken off"}: ${text}`);
  }

  toggleMark(name) {
    if (!this.record) return;
    const isOn = !this.record.marks.includes(name);
    const marks = isOn ? [...this.record.marks, name] : this.record.marks.filter((one) => one !== name);
    this.record = { ...this.record, marks };
    if (this.depth === 0) this.current = this.record;
    this.outbox.post({ kind: "mark", citation_id: this.record.citation_id, mark: name, is_on: isOn });
    this.paintMarks();
    this.announce(`Label ${name} ${isOn ? "put on" : "taken off"}`);
  }

  // The decisions that stand, the latest first, with those the ledger has not answered yet.
  past() {
    const fresh = this.outbox.said("decide").map(({ citation_id, uid, decision }) => ({ citation_id, uid, decision })).reverse();
    const undone = new Set(this.outbox.said("undo").map(({ uid }) => uid));
    const ids = new Set(fresh.map(({ citation_id: id }) => id));
    const told = (this.state?.history ?? []).filter(({ citation_id: id }) => !ids.has(id));
    return [...fresh, ...told].filter(({ uid }) => !undone.has(uid));
  }

  draft(record) {
    if (!this.drafts.has(record.uid))
      this.drafts.set(record.uid, { note: record.word?.note ?? "", reasons: new Set(record.word?.reasons ?? []) });
    return this.drafts.get(record.uid);
  }

  show(record, depth) {
    const isNew = record?.citation_id !== this.record?.citation_id || depth !== this.depth;
    if (record && this.record && record.uid !== this.record.uid && record.citation_id === this.record.citation_id) {
      const draft = this.drafts.get(this.record.uid); // what was typed stays through an update
      if (draft && !this.drafts.has(record.uid)) this.drafts.set(record.uid, draft);
    }
    this.record = record;
    this.depth = depth;
    if (isNew) {
      this.paintRecord();
      this.watch.start();
    }
    this.paintDraft();
    this.paintMarks();
    this.paintStanding();
  }

  // ── keys ──
  listen() {
    this.onMessage = (message) => this.hear(message);
    this.model.on("msg:custom", this.onMessage);
    this.onVisibility = () => this.watch.turn();
    document.addEventListener("visibilitychange", this.onVisibility);
    this.endKeys = keepKeys(this.root, (event) => {
      const isApp = document.body.dataset.voila !== undefined; // there is nothing else a key could be for
      if (!isApp || event.type !== "keydown" || event.target !== document.body) return;
      this.root.focus({ preventScroll: true });
      this.onKey(event);
    });
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.endTheme = watchTheme(() => this.paintTheme());
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    event.stopPropagation();
    if (event.isComposing) return;
    if (this.help.open) {
      if (event.key === "?") this.toggleHelp();
      return;
    }
    if (event.target === this.note) {
      if (event.key === "Escape") this.leaveNote(event);
      return;
    }
    const act = this.actOf(event);
    if (!act) return;
    event.preventDefault();
    if (!event.repeat || act.repeats) act();
  }

  actOf(event) {
    const digit = /^Digit(\d)$/.exec(event.code) ?? /^Numpad(\d)$/.exec(event.code);
    if (digit && this.setup) {
      const reason = this.setup.reasons[(Number(digit[1]) + 9) % 10];
      if (!reason) return null;
      return event.shiftKey ? () => this.act(() => this.decide("exclude", reason.id)) : () => this.act(() => this.toggleReason(reason.id));
    }
    // A keyboard that writes other letters has the same keys in the same places.
    const key = /^[\x20-\x7e]$/.test(event.key) || event.key.length > 1 ? event.key : event.code.replace(/^Key/, "").toLowerCase();
    const mark = this.setup?.marks.find((one) => one.key === key);
    if (mark) return () => this.act(() => this.toggleMark(mark.name));
    return this.keys[key] ?? this.keys[key.toLowerCase()] ?? null;
  }

  get keys() {
    const scroll = (share) =>
      Object.assign(() => this.article.scrollBy({ top: share * this.article.clientHeight }), { repeats: true });
    const isButton = this.root.contains(document.activeElement) && document.activeElement.tagName === "BUTTON";
    return {
      i: () => this.act(() => this.decide("include")),
      e: () => this.act(() => this.decide("exclude")),
      m: () => this.act(() => this.decide("maybe")),
      s: () => this.act(() => this.skip()),
      u: () => this.act(() => this.undo()),
      n: () => this.act(() => this.note.focus()),
      ArrowLeft: () => this.act(() => this.back()),
      ArrowRight: () => this.act(() => this.forward()),
      Escape: () => this.act(() => (this.depth ? this.show(this.current, 0) : this.root.focus())),
      ArrowDown: scroll(0.2),
      ArrowUp: scroll(-0.2),
      PageDown: scroll(0.9),
      PageUp: scroll(-0.9),
      ...(isButton ? {} : { " ": scroll(0.9) }),
      "?": () => this.toggleHelp(),
      "+": () => this.resize(1),
      "=": () => this.resize(1),
      "-": () => this.resize(-1),
    };
  }

  leaveNote(event) {
    event.preventDefault();
    this.root.focus({ preventScroll: true });
  }

  // ── building ──
  build() {
    this.taste = { size: 1, theme: 0, ...memory.read("thresher:taste") };
    this.root = make("section", { class: "thresher", tabindex: "-1", "aria-label": "Screening card" });
    this.live = make("div", { class: "th-hidden", role: "status", "aria-live": "polite" });
    this.help = this.buildHelp();
    this.root.append(this.buildHead(), this.buildBody(), this.buildBar(), this.live, this.help);
    this.el.replaceChildren(this.root);
    this.paintTheme();
    if (document.activeElement === document.body) this.root.focus({ preventScroll: true });
  }

  buildHead() {
    const tool = (label, text, act) => make("button", { type: "button", class: "th-tool", title: label, "aria-label": label, on: { click: act } }, text);
    this.title = make("p", { class: "th-review" });
    this.counts = make("p", { class: "th-counts" });
    this.bar = make("div", { class: "th-progress", role: "progressbar", "aria-label": "Read", "aria-valuemin": "0" }, make("span"));
    this.saved = make("p", { class: "th-saved" });
    this.themeTool = tool("Light or dark", "◐", () => this.changeTheme());
    return make(
      "header",
      { class: "th-head" },
      make("div", { class: "th-line" }, this.title, this.saved,
        make("div", { class: "th-tools", role: "group", "aria-label": "Reading comfort" },
          tool("Smaller text (-)", "A−", () => this.resize(-1)), tool("Larger text (+)", "A+", () => this.resize(1)),
          this.themeTool, tool("Keys and help (?)", "?", () => this.toggleHelp()))),
      make("div", { class: "th-line" }, this.bar, this.counts),
    );
  }

  buildBody() {
    this.place = make("p", { class: "th-place" });
    this.heading = make("h2", { class: "th-title", dir: "auto" });
    this.byline = make("div", { class: "th-byline" });
    this.abstract = make("div", { class: "th-abstract" });
    this.legend = make("div", { class: "th-legend" });
    this.article = make("article", { class: "th-article", tabindex: "0", "aria-label": "Citation" },
      make("div", { class: "th-column" }, this.place, this.heading, this.byline, this.abstract, this.legend));
    this.note = make("textarea", { class: "th-note", rows: "1", "aria-label": "Note (n)", placeholder: "Note: kept with the decision",
      on: { input: () => this.record && (this.draft(this.record).note = this.note.value) } });
    this.reasons = make("div", { class: "th-reasons", role: "group", "aria-label": "Exclusion reasons, in the protocol's order" });
    this.marks = make("div", { class: "th-marks", role: "group", "aria-label": "Labels" });
    this.criteria = make("ul", { class: "th-criteria" });
    this.outlook = make("div", { class: "th-outlook" });
    this.aside = make("aside", { class: "th-aside", tabindex: "0", "aria-label": "Criteria, reasons and progress" },
      make("h3", {}, "Reasons to exclude"), this.reasons,
      make("h3", {}, "Note ", make("kbd", {}, "n")), this.note,
      make("h3", {}, "Labels"), this.marks,
      make("h3", {}, "To be included"), this.criteria,
      this.outlook);
    return make("div", { class: "th-body" }, this.article, this.aside);
  }

  buildBar() {
    const button = (name, key, text, act, icon) =>
      make("button", { type: "button", class: `th-act th-${name}`, "aria-keyshortcuts": key, on: { click: () => this.act(act) } },
        make("span", { class: "th-icon", "aria-hidden": "true" }, icon), make("span", {}, text),
        make("kbd", { "aria-hidden": "true" }, key === "ArrowLeft" ? "←" : key));
    this.message = make("p", { class: "th-message", "aria-hidden": "true" });
    this.acts = make("div", { class: "th-acts", role: "group", "aria-label": "Decision" },
      button("include", "i", "Include", () => this.decide("include"), "✓"),
      button("exclude", "e", "Exclude", () => this.decide("exclude"), "✕"),
      button("maybe", "m", "Maybe", () => this.decide("maybe"), "?"),
      button("skip", "s", "Skip", () => this.skip(), "↷"),
      make("span", { class: "th-gap" }),
      button("back", "ArrowLeft", "Back", () => this.back(), "‹"),
      button("undo", "u", "Undo", () => this.undo(), "↶"));
    return make("footer", { class: "th-foot" }, this.message, this.acts);
  }

  buildHelp() {
    const rows = [
      [["i"], "include"], [["e"], "exclude, with the chosen reasons"], [["m"], "maybe: decide later"], [["s"], "skip: comes again at the end"],
      [["1", "…", "9"], "choose a reason, or take it off"], [["Shift", "1", "…", "9"], "exclude for that reason at once"],
      [["n"], "write a note; Esc leaves it"], [["b", "r", "t"], "labels; the decision stays as it is"],
      [["←", "→"], "look back at what was decided, and forward"], [["u"], "take the last decision back"],
      [["↓", "↑", "Space"], "scroll the abstract"], [["+", "−"], "larger, smaller text"], [["?"], "this help"],
    ];
    const list = rows.map(([keys, what]) => make("div", { class: "th-row" },
      make("dt", {}, ...keys.map((key) => (key === "…" ? "…" : make("kbd", {}, key)))), make("dd", {}, what)));
    const marks = Object.entries(KINDS).map(([kind, what]) => make("li", {}, make("mark", { class: `th-${kind}` }, "words"), ` ${what}`));
    return make("dialog", { class: "th-help", "aria-label": "Keys and help" },
      make("h2", {}, "Keys"), make("dl", {}, ...list), make("h2", {}, "Marked words"), make("ul", { class: "th-key" }, ...marks),
      make("p", {}, "Click the card once, then use the keyboard alone. With a screen reader, switch to focus mode for single keys; every button also works without. A decision is in the ledger before it is called saved; what is not saved yet is kept in this browser and said again."),
      make("button", { type: "button", class: "th-close", on: { click: () => this.toggleHelp() } }, "Close"));
  }

  // ── painting ──
  paintSetup() {
    const { title, reviewer, reasons, marks, inclusion, question } = this.setup;
    this.title.replaceChildren(make("strong", {}, title), ` · ${reviewer}`);
    this.title.title = question;
    this.root.setAttribute("aria-label", `Screening card: ${title}`);
    const toggle = (name, key, text, act) =>
      make("button", { type: "button", class: "th-toggle", "aria-pressed": "false", "data-name": name, "aria-keyshortcuts": key || null, on: { click: () => this.act(act) } },
        make("kbd", { "aria-hidden": "true" }, key), make("span", {}, text), make("span", { class: "th-tick", "aria-hidden": "true" }, "✓"));
    this.reasons.replaceChildren(...reasons.map(({ id, text }, n) => toggle(id, n < 10 ? String((n + 1) % 10) : "", text, () => this.toggleReason(id))));
    if (!reasons.length) this.reasons.append(make("p", { class: "th-quiet" }, "The review lists none."));
    this.marks.replaceChildren(...marks.map(({ name, key }) => toggle(name, key, name, () => this.toggleMark(name))));
    this.criteria.replaceChildren(...(inclusion.length ? inclusion : ["The review lists no criteria."]).map((one) => make("li", {}, one)));
  }

  paintRecord() {
    const record = this.record;
    this.article.dataset.record = record?.citation_id ?? "";
    this.article.scrollTop = 0;
    if (!record) return this.paintNothing();
    this.heading.replaceChildren(...(record.title.length ? marked(record.title) : ["(no title)"]));
    if (record.original_title) this.heading.append(make("span", { class: "th-original", dir: "auto" }, record.original_title));
    this.byline.replaceChildren(...makeByline(record));
    this.abstract.replaceChildren(...makeAbstract(record));
    this.legend.replaceChildren(...this.makeLegend(record));
  }

  makeLegend({ matches }) {
    const kinds = Object.keys(KINDS).filter((kind) => matches.some((one) => one.kind === kind));
    return kinds.map((kind) =>
      make("p", {}, `${KINDS[kind][0].toUpperCase()}${KINDS[kind].slice(1)}: `,
        ...matches.filter((one) => one.kind === kind).flatMap(({ text, n }, at) => [at ? ", " : "", make("mark", { class: `th-${kind}` }, text), n > 1 ? ` ×${n}` : ""])));
  }

  paintNothing() {
    const left = (this.state?.progress.n_left ?? 0) - this.outbox.said("decide").length;
    const isDone = this.state && left <= 0;
    this.heading.textContent = isDone ? "Nothing is left to read" : "Waiting for the kernel…";
    const words = isDone
      ? "Every citation on your list is decided. New ones appear here when a search is added or another reviewer has finished."
      : "The next citations are on their way. What you decided is kept in this browser until the ledger has it.";
    this.byline.replaceChildren();
    this.legend.replaceChildren();
    this.abstract.replaceChildren(make("p", { class: "th-quiet" }, words));
  }

  paintStanding() {
    const { record, depth } = this;
    this.root.dataset.back = depth ? "yes" : "no";
    for (const button of this.acts.querySelectorAll(".th-include, .th-exclude, .th-maybe")) {
      const isStanding = Boolean(record?.word) && button.classList.contains(`th-${record.word.decision}`);
      button.toggleAttribute("data-standing", isStanding);
      button.setAttribute("aria-description", isStanding ? "what you said before" : "");
      button.disabled = !record;
    }
    const position = record?.position ? `No. ${record.position.toLocaleString("en")} in the reading order` : "";
    const said = record?.word ? `you said: ${record.word.decision}${record.word.reasons.length ? ` (${record.word.reasons.join(", ")})` : ""}` : "";
    this.place.textContent = depth ? `Looking back ${depth} · ${said} · → to return` : [position, said].filter(Boolean).join(" · ") || "\u00a0";
  }

  paintDraft() {
    const draft = this.record ? this.draft(this.record) : { note: "", reasons: new Set() };
    if (this.note.value !== draft.note) this.note.value = draft.note;
    this.note.disabled = !this.record;
    for (const button of this.reasons.querySelectorAll("button")) button.setAttribute("aria-pressed", String(draft.reasons.has(button.dataset.name)));
  }

  paintMarks() {
    const marks = this.record?.marks ?? [];
    for (const button of this.marks.querySelectorAll("button")) button.setAttribute("aria-pressed", String(marks.includes(button.dataset.name)));
  }

  paintProgress() {
    const { progress: p, outlook, is_blind: isBlind, is_learning: isLearning, trouble } = this.state;
    const all = p.n_read + p.n_left;
    this.bar.setAttribute("aria-valuemax", String(all));
    this.bar.setAttribute("aria-valuenow", String(p.n_read));
    this.bar.firstChild.style.width = `${all ? (100 * p.n_read) / all : 0}%`;
    const pace = p.seconds_each === null ? [] : [`${Math.max(1, Math.round(p.seconds_each))} s each`, p.n_left ? `${spell(p.seconds_left)} for all that is left` : ""];
    const skipped = p.n_skipped ? `${p.n_skipped} skipped` : "";
    this.counts.textContent = [`${p.n_read.toLocaleString("en")} of ${all.toLocaleString("en")} read`, `${p.n_include.toLocaleString("en")} included`,
      `${p.n_exclude.toLocaleString("en")} excluded`, p.n_maybe ? `${p.n_maybe} maybe` : "", skipped, ...pace].filter(Boolean).join(" · ");
    this.outlook.replaceChildren(...this.makeOutlook(outlook, isBlind, isLearning, trouble));
    this.paintSaved();
  }

  makeOutlook(outlook, isBlind, isLearning, trouble) {
    const words = trouble || (isLearning ? "Learning from your decisions…" : "");
    const note = make("p", { class: trouble ? "th-trouble" : "th-quiet" }, words || "\u00a0");
    if (isBlind || !outlook)
      return [make("h3", {}, "Blinded"), make("p", { class: "th-quiet" }, "Scores, the model's terms and the curve stay hidden until both reviewers have finished."), note];
    return [make("h3", {}, "Found so far"), this.makeCurve(outlook), make("p", { class: "th-sentence" }, `${outlook.sentence}.`),
      outlook.step ? make("p", { class: "th-sentence" }, outlook.step) : null, note].filter(Boolean);
  }

  makeCurve({ curve, n_records: n, n_read: read, n_found: found, expected }) {
    const [width, height, top] = [240, 74, Math.max(1, expected ?? 0, found)];
    const x = (value) => ((width - 2) * value) / Math.max(1, n) + 1;
    const y = (value) => height - 1 - ((height - 4) * value) / top;
    const label = `Recall curve: ${found} found in ${read} read of ${n}${expected ? `, about ${Math.round(expected)} expected` : ""}`;
    const picture = makeSvg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "th-curve" });
    picture.append(makeSvg("path", { class: "th-axis", d: `M1 1V${height - 1}H${width - 1}` }));
    if (expected) picture.append(makeSvg("path", { class: "th-expected", d: `M1 ${y(expected)}H${width - 1}` }));
    const last = curve.at(-1);
    const points = curve.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ");
    picture.append(makeSvg("polyline", { class: "th-found", points }));
    picture.append(makeSvg("circle", { class: "th-here", cx: x(last[0]), cy: y(last[1]), r: 2.5 }));
    return picture;
  }

  paintSaved() {
    paintWaiting(this.saved, this.outbox, Boolean(this.state), this.later.length > 0);
  }

  paintTheme() {
    const chosen = THEMES[this.taste.theme];
    const isDark = chosen === "auto" ? prefersDark() : chosen === "dark";
    this.root.dataset.theme = isDark ? "dark" : "light";
    this.root.style.setProperty("--th-size", SIZES[this.taste.size]);
  }

  changeTheme() {
    this.taste.theme = (this.taste.theme + 1) % THEMES.length;
    this.remember(`Colours: ${THEMES[this.taste.theme]}`);
  }

  resize(step) {
    this.taste.size = Math.min(SIZES.length - 1, Math.max(0, this.taste.size + step));
    this.remember(`Text size ${this.taste.size + 1} of ${SIZES.length}`);
  }

  remember(words) {
    memory.write("thresher:taste", this.taste);
    this.paintTheme();
    this.say(words);
  }

  toggleHelp() {
    if (this.help.open) this.help.close();
    else this.help.showModal();
    if (!this.help.open) this.root.focus({ preventScroll: true });
  }

  flash(decision) {
    const button = this.acts.querySelector(`.th-${decision}`);
    button.classList.remove("th-flash");
    requestAnimationFrame(() => button.classList.add("th-flash"));
  }

  say(words, tone = "") {
    this.message.textContent = words;
    this.message.dataset.tone = tone;
    const next = tone in VERBS && this.record ? `. Next: ${plain(this.record.title)}` : "";
    this.announce(words + next);
  }

  announce(words) {
    this.live.textContent = words;
  }

  remove() {
    this.model.off("msg:custom", this.onMessage);
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.endKeys();
    this.endTheme();
    clearInterval(this.waits);
    this.outbox.close();
  }
}

export default {
  render({ model, el }) {
    const card = new Card(model, el);
    return () => card.remove();
  },
};
