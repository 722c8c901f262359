// The coding card in the browser: the text with its tags, one key for each judgement.
//
// Texts are hostile: every one becomes a text node, nothing is ever parsed as HTML. A judgement is
// painted when the ledger has it; what has no answer yet is said again, and the id that it carries
// makes it one judgement however often it is said. Places are code points, as the ledger counts.

const SIGNS = { barrier: "■", facilitator: "●", unspecified: "◆" };
const WORDS = { open: "to judge", accepted: "accepted", changed: "changed", rejected: "rejected", added: "added by you" };

const capital = (words) => words[0].toUpperCase() + words.slice(1);

class CodingCard extends TalkingCard {
  constructor(model, el) {
    super(model);
    this.goal = null; // the place of the text that was asked for
    this.setup = null;
    this.at = 0; // the current tag
    this.drawn = null; // what is being written in the form
    this.build(el);
    this.listen();
    this.outbox.post({ kind: "hello" });
  }

  // ── talking to the session ──
  hear(message) {
    if (message.kind === "setup") this.setUp(message.setup);
    else if (message.kind === "answer") this.answered(message);
    else if (message.kind === "state") this.take(message.state);
  }

  setUp(setup) {
    this.setup = setup;
    this.outbox.open(`coding:${setup.review}:${setup.coder}`);
    this.paintSetup();
  }

  answered({ to, is_final: isFinal, notice }) {
    if (!this.outbox.has(to)) return; // another window's, or said twice
    if (isFinal) this.outbox.settle(to);
    if (notice) this.say(notice, "warn");
  }

  take(state) {
    if (this.state && state.version < this.state.version) return;
    if (!this.outbox.said("move").length) this.goal = null;
    const isOther = state.report_id !== this.state?.report_id || state.source !== this.state?.source;
    const key = this.tag?.key;
    this.state = state;
    this.paintSaved();
    if (isOther) this.at = Math.max(0, state.tags.findIndex((tag) => tag.verdict === "open"));
    else if (this.isMoving) this.at = this.nextOpen();
    else this.at = Math.max(0, state.tags.findIndex((tag) => tag.key === key));
    this.isMoving = false;
    paintInPlace(this.root, () => this.paint(isOther));
  }

  // ── what the coder does ──
  get tag() {
    return this.state?.tags[this.at];
  }

  nextOpen() {
    const { tags } = this.state;
    const order = [...tags.keys()].map((step) => (this.at + step) % tags.length);
    return order.find((at) => tags[at].verdict === "open") ?? this.at;
  }

  judge(verdict, more = {}) {
    if (!this.tag) return this.say("There is nothing suggested here. Select words and press t.");
    if (!this.tag.suggestion_id) return this.say("This is a tag of your own: c changes it, u takes it back.");
    this.isMoving = true;
    this.outbox.post({ kind: "judge", verdict, suggestion_id: this.tag.suggestion_id, ...more });
    this.say(`${capital(WORDS[verdict])}: ${this.label(this.tag.code)}, ${this.tag.polarity}`, verdict === "rejected" ? "exclude" : "include");
  }

  acceptWithLevel() {
    this.judge("accepted", this.tag?.level ? { level: this.tag.level } : {});
  }

  undo() {
    const own = this.state.tags.filter((tag) => tag.event !== null);
    const tag = this.tag?.event ? this.tag : own.sort((a, b) => b.event - a.event)[0];
    if (!tag) return this.say("There is nothing to take back in this text.");
    this.outbox.post({ kind: "undo", event: tag.event });
    this.say(`Taken back: ${this.label(tag.code)}`);
  }

  step(by) {
    const n = this.state.tags.length;
    if (!n) return;
    this.at = (this.at + by + n) % n;
    paintInPlace(this.root, () => this.paint());
  }

  selected() {
    const host = this.root.getRootNode();
    const selection = (host.getSelection ? host : document).getSelection();
    if (!selection || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    if (range.collapsed || !this.text.contains(range.startContainer) || !this.text.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(this.text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const lead = range.toString().match(/^\s*/)[0];
    const quote = range.toString().trim();
    const start = [...(before.toString() + lead)].length;
    return quote ? { quote, start, end: start + [...quote].length } : null;
  }

  add() {
    const place = this.selected();
    if (!place) return this.say("Select the words first, then press t.", "warn");
    this.openForm({ ...place, verdict: "added", code: this.tag?.code, polarity: "barrier", level: "", extract_kind: this.setup.kinds[1] });
  }

  change() {
    if (!this.tag) return;
    const { code, polarity, level, extract_kind, suggestion_id, event, start, end } = this.tag;
    const quote = [...this.state.text].slice(start, end).join("");
    const words = suggestion_id ? { suggestion_id } : { replaces: event };
    this.openForm({ quote, verdict: "changed", code, polarity, level: event ? level : "", extract_kind, ...words });
  }

  openForm(drawn) {
    this.drawn = drawn;
    this.fields.quote.textContent = `“${drawn.quote}”`;
    for (const name of ["code", "polarity", "level", "extract_kind"]) this.fields[name].value = drawn[name] ?? "";
    this.fields.note.value = "";
    this.form.hidden = false;
    this.fields.code.focus();
  }

  closeForm() {
    this.form.hidden = true;
    this.codeForm.hidden = true;
    this.drawn = null;
    this.root.focus({ preventScroll: true });
  }

  saveForm() {
    const { verdict, suggestion_id, replaces, start, end, quote } = this.drawn;
    const said = Object.fromEntries(["code", "polarity", "level", "extract_kind", "note"].map((name) => [name, this.fields[name].value || null]));
    const where = verdict === "added" ? { report_id: this.state.report_id, source: this.state.source, start, end, quote } : { suggestion_id, replaces };
    this.isMoving = verdict === "changed";
    this.outbox.post({ kind: "judge", verdict, ...where, ...said });
    this.say(`${capital(WORDS[verdict])}: ${this.label(said.code)}, ${said.polarity}`, "include");
    this.closeForm();
  }

  saveCode() {
    const label = this.newCode.label.value.trim();
    const id = label.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    if (!id) return this.say("A code needs a name.", "warn");
    this.outbox.post({ kind: "add_code", code: id, label, parent: this.newCode.parent.value || null, memo: this.newCode.memo.value });
    this.say(`New code: ${label}`);
    this.closeForm();
  }

  finish() {
    const { report_id, source } = this.state;
    if (this.outbox.said("finish").some((one) => one.report_id === report_id && one.source === source)) return;
    this.outbox.post({ kind: "finish", report_id, source });
    this.say("Read to its end.");
  }

  // Another text, counted from the one that was asked for last.
  turn(by) {
    const { position, n_texts: n } = this.state;
    this.goal = Math.min(n, Math.max(1, (this.goal ?? position) + by));
    if (this.goal !== position) this.outbox.post({ kind: "move", position: this.goal });
  }

  // ── keys ──
  get keys() {
    return {
      a: () => this.judge("accepted"),
      A: () => this.acceptWithLevel(),
      r: () => this.judge("rejected"),
      c: () => this.change(),
      t: () => this.add(),
      n: () => this.openCode(),
      u: () => this.undo(),
      f: () => this.finish(),
      j: () => this.step(1),
      k: () => this.step(-1),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      ArrowRight: () => this.turn(1),
      ArrowLeft: () => this.turn(-1),
    };
  }

  openCode() {
    this.codeForm.hidden = false;
    this.newCode.label.focus();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") return this.closeForm();
    if (event.key === "Enter" && event.target.tagName === "SELECT") return event.target.form.requestSubmit(); // a select would open its list
    if (/^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(event.target.tagName) && event.target.form) return;
    if (!this.state || !this.setup) return;
    const act = this.keys[event.key];
    if (!act || event.repeat) return;
    event.preventDefault();
    act();
  }

  // ── painting ──
  build(el) {
    const act = (key, words, tone, run) => make("button", { type: "button", class: `th-act ${tone}`, on: { click: run } }, `${words} `, make("kbd", {}, key));
    this.review = make("p", { class: "th-review" });
    this.saved = make("span", { class: "th-saved", role: "status" });
    this.counts = make("span", { class: "th-counts" });
    this.title = make("h2", { class: "th-title", dir: "auto" });
    this.place = make("p", { class: "th-place" });
    this.text = make("div", { class: "thc-text", dir: "auto" });
    this.article = make("article", { class: "th-article", tabindex: "0", "aria-label": "Text to code" }, make("div", { class: "th-column" }, this.place, this.title, this.text));
    this.list = make("div", { class: "thc-list" });
    this.learning = make("p", { class: "th-quiet thc-learning" });
    this.message = make("p", { class: "th-message", "aria-live": "polite" });
    const select = (name) => (this.fields[name] = make("select", { name }));
    this.fields = { quote: make("p", { class: "thc-quote", dir: "auto" }), note: make("input", { name: "note", maxlength: 2000 }) };
    this.form = make("form", { class: "thc-form", hidden: true, "aria-label": "Tag", on: { submit: (event) => (event.preventDefault(), this.saveForm()) } },
      this.fields.quote,
      make("label", {}, "Code", select("code")),
      make("label", {}, "Direction", select("polarity")),
      make("label", {}, "Level", select("level")),
      make("label", {}, "Kind of extract", select("extract_kind")),
      make("label", {}, "Note", this.fields.note),
      make("div", { class: "thc-buttons" }, make("button", { type: "submit", class: "th-act th-include" }, "Save ", make("kbd", {}, "Enter")), make("button", { type: "button", class: "th-act", on: { click: () => this.closeForm() } }, "Cancel ", make("kbd", {}, "Esc"))));
    this.newCode = { label: make("input", { name: "label", maxlength: 200 }), parent: make("select", { name: "parent" }), memo: make("input", { name: "memo", maxlength: 2000 }) };
    this.codeForm = make("form", { class: "thc-form", hidden: true, "aria-label": "New code", on: { submit: (event) => (event.preventDefault(), this.saveCode()) } },
      make("label", {}, "Name of the new code", this.newCode.label),
      make("label", {}, "Below", this.newCode.parent),
      make("label", {}, "Memo: why it is needed", this.newCode.memo),
      make("div", { class: "thc-buttons" }, make("button", { type: "submit", class: "th-act th-include" }, "Save ", make("kbd", {}, "Enter")), make("button", { type: "button", class: "th-act", on: { click: () => this.closeForm() } }, "Cancel ", make("kbd", {}, "Esc"))));
    const aside = make("aside", { class: "th-aside", "aria-label": "Tags" }, this.form, this.codeForm, make("h3", {}, "Tags in this text"), this.list, this.learning);
    const turn = (key, label, sign, by) =>
      make("button", { type: "button", class: "th-tool", title: label, "aria-label": label, "aria-keyshortcuts": key, on: { click: () => this.state && this.turn(by) } }, sign);
    const turns = make("div", { class: "thc-turn", role: "group", "aria-label": "Other texts" },
      turn("ArrowLeft", "The text before (←)", "←", -1), turn("ArrowRight", "The next text (→)", "→", 1));
    this.root = make("div", { class: "thresher", tabindex: "0", role: "region", "aria-label": "Coding card", "data-lm-suppress-shortcuts": true },
      make("header", { class: "th-head" }, make("div", { class: "th-line" }, this.review, this.saved), make("div", { class: "th-line" }, this.counts, turns)),
      make("div", { class: "th-body" }, this.article, aside),
      make("footer", { class: "th-foot" }, this.message,
        make("div", { class: "th-acts" },
          act("a", "Accept", "th-include", () => this.judge("accepted")),
          act("A", "With level", "th-include", () => this.acceptWithLevel()),
          act("r", "Reject", "th-exclude", () => this.judge("rejected")),
          act("c", "Change", "th-maybe", () => this.change()),
          act("t", "Tag the selection", "", () => this.add()),
          act("n", "New code", "", () => this.openCode()),
          act("u", "Undo", "", () => this.undo()),
          act("f", "Read to its end", "", () => this.finish()))));
    // A click on a button must not lose the selection that the button is for.
    this.root.querySelector(".th-acts").addEventListener("mousedown", (event) => event.preventDefault());
    el.append(this.root);
  }

  paintSetup() {
    this.review.replaceChildren(make("strong", {}, this.setup.review), ` · coded by ${this.setup.coder}`);
    this.learning.textContent = this.setup.learning;
    this.fields.polarity.replaceChildren(...this.setup.polarities.map((one) => make("option", { value: one }, `${SIGNS[one]} ${one}`)));
    this.fields.level.replaceChildren(make("option", { value: "" }, "not said"), ...this.setup.levels.map(([id, label]) => make("option", { value: id }, label)));
    this.fields.extract_kind.replaceChildren(...this.setup.kinds.map((one) => make("option", { value: one }, one)));
  }

  paint(isOther = false) {
    const { state } = this;
    const options = () => state.codes.map(({ id, label, depth }) => make("option", { value: id }, `${"\u00a0\u00a0".repeat(depth)}${label}`));
    const kept = this.fields.code.value;
    this.fields.code.replaceChildren(...options());
    if (this.drawn) this.fields.code.value = kept;
    this.newCode.parent.replaceChildren(make("option", { value: "" }, "nothing yet"), ...options().slice(0, -1));
    const open = state.tags.filter((tag) => tag.verdict === "open").length;
    this.counts.textContent = `Text ${state.position} of ${state.n_texts} · ${state.n_finished} read to the end · ${open} suggestions to judge here`;
    const lock = state.is_locked ? " · both coders are done: settle it in reconciliation" : state.is_finished ? " · read to its end" : "";
    this.place.textContent = `${state.report_id} · ${state.source}${lock}`;
    this.title.textContent = state.title || "No title";
    this.paintText();
    this.list.replaceChildren(...(state.tags.length ? state.tags.map((tag, at) => this.row(tag, at)) : [make("p", { class: "th-quiet" }, "Nothing is suggested. Select words and press t, or f when you have read it.")]));
    if (isOther) this.article.scrollTop = 0;
    this.text.querySelector(".thc-here")?.scrollIntoView({ block: "nearest" });
    this.list.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  }

  row(tag, at) {
    return make("button", { type: "button", class: "thc-tag", "aria-current": at === this.at ? "true" : null, "data-verdict": tag.verdict, "data-held": tag.is_held_back ? "yes" : null, on: { click: () => ((this.at = at), paintInPlace(this.root, () => this.paint())) } },
      make("span", { "aria-hidden": "true" }, SIGNS[tag.polarity]),
      make("span", {}, make("span", { class: "thc-code" }, this.label(tag.code)), `, ${tag.polarity}${tag.level ? `, ${tag.level}${tag.event ? "" : "?"}` : ""} – ${WORDS[tag.verdict]}${tag.is_held_back ? ", doubted by the model" : ""}`),
      tag.why ? make("span", { class: "thc-why" }, tag.why) : null);
  }

  // Cut the text where any tag begins or ends; the current tag is the one that is outlined.
  paintText() {
    const letters = [...this.state.text];
    const { tags } = this.state;
    const cuts = new Set([0, letters.length]);
    const phrase = this.tag?.phrase;
    for (const { start, end } of tags) cuts.add(start).add(end);
    if (phrase) cuts.add(phrase[0]).add(phrase[1]);
    const places = [...cuts].filter((at) => at <= letters.length).sort((a, b) => a - b);
    const pieces = places.slice(0, -1).map((start, n) => {
      const end = places[n + 1];
      const words = letters.slice(start, end).join("");
      const over = tags.filter((tag) => tag.start <= start && end <= tag.end);
      if (!over.length) return words;
      const isHere = over.includes(this.tag);
      const kept = over.some(({ verdict }) => /accepted|changed|added/.test(verdict));
      const lost = over.every(({ verdict }) => verdict === "rejected");
      const isPhrase = isHere && phrase && phrase[0] <= start && end <= phrase[1];
      const kinds = [kept ? "thc-accepted" : lost ? "thc-rejected" : "thc-open", isHere ? "thc-here" : ""].join(" ").trim();
      return make("mark", { class: kinds, on: { click: () => this.choose(over) } }, isPhrase ? make("strong", {}, words) : words);
    });
    const place = this.selected();
    this.text.replaceChildren(...pieces);
    if (place && letters.slice(place.start, place.end).join("") === place.quote) this.select(place);
  }

  // Select words again: what was painted anew under a selection has lost it.
  select({ start, end }) {
    const letters = [...this.state.text];
    const range = document.createRange();
    const walk = document.createTreeWalker(this.text, NodeFilter.SHOW_TEXT);
    const find = (at) => {
      let left = letters.slice(0, at).join("").length; // a range counts UTF-16 units
      walk.currentNode = this.text;
      while (walk.nextNode() && left > walk.currentNode.length) left -= walk.currentNode.length;
      return [walk.currentNode, left];
    };
    range.setStart(...find(start));
    range.setEnd(...find(end));
    const host = this.root.getRootNode();
    const selection = (host.getSelection ? host : document).getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  choose(over) {
    if (this.selected()) return;
    this.at = this.state.tags.indexOf(over[(over.indexOf(this.tag) + 1) % over.length]);
    this.paint();
  }

  label(code) {
    return this.state.codes.find(({ id }) => id === code)?.label ?? code;
  }

  say(words, tone = "") {
    this.message.textContent = words;
    this.message.dataset.tone = tone;
  }
}

export default {
  render({ model, el }) {
    const card = new CodingCard(model, el);
    return () => card.close();
  },
};
