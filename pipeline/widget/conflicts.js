// The conflicts card in the browser: the words that disagree beside the text, one key to settle.
//
// Records and notes are hostile: every text becomes a text node, nothing is ever parsed as HTML. The
// next one is shown when the ledger has the resolution; what has no answer yet is said again.

const STAGES = { "title-abstract": "title and abstract", "full-text": "full text" };
const SAID = { include: "Include", exclude: "Exclude", maybe: "Maybe" };

class ConflictsCard extends TalkingCard {
  constructor(model, el) {
    super(model);
    this.chosen = new Set(); // reasons
    this.build(el);
    this.listen();
    this.post({ kind: "hello" });
  }

  // ── talking to the session ──
  get isWaiting() {
    return this.outbox.waiting.length > 0;
  }

  post(content) {
    if (!this.isWaiting) this.outbox.post(content);
  }

  hear(message) {
    if (message.kind === "answer") this.answered(message);
    else if (message.kind === "state" && !(message.state.version <= this.state?.version)) this.take(message.state);
  }

  answered({ to, is_final: isFinal, notice }) {
    if (!this.outbox.has(to)) return; // another window's, or said twice
    if (isFinal) this.outbox.settle(to);
    if (notice) this.say(notice, "warn");
  }

  take(state) {
    const isOther = keyOf(state.dispute) !== keyOf(this.state?.dispute);
    this.state = state;
    this.paintSaved();
    this.outbox.open(`conflicts:${state.title}:${state.reviewer}`);
    if (isOther) {
      this.chosen = new Set();
      this.note.value = "";
    }
    paintInPlace(this.root, () => this.paint(isOther));
  }

  // ── what the person does ──
  settle(decision) {
    const { dispute } = this.state;
    if (!dispute || this.isWaiting) return;
    const reasons = decision === "exclude" ? this.state.reasons.map(({ id }) => id).filter((id) => this.chosen.has(id)) : [];
    this.post({ kind: "settle", dispute: dispute.id, stage: dispute.stage, decision, reasons, note: this.note.value.trim() });
    this.say(`Settled: ${decision}d${reasons.length ? ` (${reasons.join(", ")})` : ""}`, decision);
  }

  toggle(id) {
    if (!this.state.dispute) return;
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.paintReasons();
    const { text } = this.state.reasons.find((one) => one.id === id);
    this.announce(`Reason ${this.chosen.has(id) ? "chosen" : "taken off"}: ${text}`);
  }

  undo() {
    if (!this.state.last_uid) return this.say("Nothing was settled here yet.");
    this.post({ kind: "undo", uid: this.state.last_uid });
    this.say("Taken back: it is open again.");
  }

  turn(by) {
    const position = this.state.position + by;
    if (position >= 1 && position <= this.state.n_open) this.post({ kind: "move", position });
  }

  // ── keys ──
  get keys() {
    const scroll = (share) => Object.assign(() => this.article.scrollBy({ top: share * this.article.clientHeight }), { repeats: true });
    return {
      i: () => this.settle("include"), e: () => this.settle("exclude"), u: () => this.undo(), n: () => this.note.focus(),
      ArrowLeft: () => this.turn(-1), ArrowRight: () => this.turn(1),
      ArrowDown: scroll(0.2), ArrowUp: scroll(-0.2), PageDown: scroll(0.9), PageUp: scroll(-0.9),
    };
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    event.stopPropagation();
    if (event.isComposing || !this.state) return;
    if (event.target === this.note) {
      if (event.key === "Escape") this.root.focus({ preventScroll: true });
      return;
    }
    const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
    const reason = digit && this.state.reasons[(Number(digit[1]) + 9) % 10];
    const act = reason ? () => this.toggle(reason.id) : this.keys[event.key];
    if (!act) return;
    event.preventDefault();
    if (!event.repeat || act.repeats) act();
  }

  // ── painting ──
  build(el) {
    const act = (key, words, tone, run) =>
      make("button", { type: "button", class: `th-act ${tone}`, "aria-keyshortcuts": key, on: { click: () => this.state && run() } }, `${words} `, make("kbd", { "aria-hidden": "true" }, SIGN_OF[key] ?? key));
    this.title = make("p", { class: "th-review" });
    this.saved = make("span", { class: "th-saved", role: "status" });
    this.counts = make("span", { class: "th-counts" });
    this.column = make("div", { class: "th-column" });
    this.article = make("article", { class: "th-article", tabindex: "0", "aria-label": "What is open" }, this.column);
    this.words = make("div", { class: "thk-words", role: "group", "aria-label": "What was said" });
    this.reasons = make("div", { class: "th-reasons", role: "group", "aria-label": "Exclusion reasons, in the protocol's order" });
    this.note = make("textarea", { class: "th-note", rows: "2", "aria-label": "Note (n)", placeholder: "Why: kept with the resolution" });
    this.aside = make("aside", { class: "th-aside", tabindex: "0", "aria-label": "What was said, and reasons" },
      make("h3", {}, "What was said"), this.words, make("h3", {}, "Reasons to exclude"), this.reasons,
      make("h3", {}, "Note ", make("kbd", {}, "n")), this.note);
    this.message = make("p", { class: "th-message", "aria-hidden": "true" });
    this.live = make("p", { class: "th-hidden", "aria-live": "polite" });
    this.acts = make("div", { class: "th-acts", role: "group", "aria-label": "Settle" },
      act("i", "Settle: include", "th-include", () => this.settle("include")),
      act("e", "Settle: exclude", "th-exclude", () => this.settle("exclude")),
      act("u", "Undo", "", () => this.undo()),
      make("span", { class: "th-gap" }),
      act("ArrowLeft", "Before", "", () => this.turn(-1)),
      act("ArrowRight", "Next", "", () => this.turn(1)));
    this.root = make("div", { class: "thresher", tabindex: "0", role: "region", "aria-label": "Conflicts card", "data-lm-suppress-shortcuts": true },
      make("header", { class: "th-head" }, make("div", { class: "th-line" }, this.title, this.saved), make("div", { class: "th-line" }, this.counts)),
      make("div", { class: "th-body" }, this.article, this.aside),
      make("footer", { class: "th-foot" }, this.message, this.acts, this.live));
    el.append(this.root);
  }

  paint(isOther) {
    const { title, reviewer, dispute, position, n_open: n, n_hidden: hidden, n_settled: settled } = this.state;
    this.title.replaceChildren(make("strong", {}, title), ` · conflicts · ${reviewer}`);
    this.counts.textContent = [dispute ? `${position} of ${n} to settle` : "Nothing is open", `${settled} settled here`,
      hidden ? `${hidden} more when everybody has finished the blind batch` : ""].filter(Boolean).join(" · ");
    for (const button of this.acts.querySelectorAll(".th-include, .th-exclude")) button.disabled = !dispute;
    this.note.disabled = !dispute;
    this.paintReasons();
    if (!isOther && this.column.childElementCount) return;
    this.column.replaceChildren(...(dispute ? this.makeText(dispute) : this.makeDone(hidden)));
    this.words.replaceChildren(...(dispute?.words ?? []).map((word) => this.makeWord(word)));
    this.article.scrollTop = this.aside.scrollTop = 0;
    this.announce(dispute ? `${position} of ${n}: ${plain(dispute.citation.title)}. ${dispute.words.map(spoken).join(". ")}` : "Nothing is open");
  }

  makeText({ id, unit, stage, kind, citation }) {
    const what = kind === "conflict" ? "Conflict" : "Left undecided";
    return [
      make("p", { class: "th-place" }, `${what} at ${STAGES[stage]} · ${unit} ${id}`),
      make("h2", { class: "th-title", dir: "auto" }, ...(citation.title.length ? marked(citation.title) : ["(no title)"])),
      make("div", { class: "th-byline" }, ...makeByline(citation)),
      make("div", { class: "th-abstract" }, ...makeAbstract(citation)),
    ];
  }

  makeWord({ reviewer, decision, reasons, note, is_resolution: isResolution }) {
    return make("div", { class: "thk-word", "data-decision": decision },
      make("p", {}, make("strong", {}, reviewer), isResolution ? " settled it as " : " said ", make("strong", { class: "thk-said" }, SAID[decision])),
      reasons.length ? make("ul", {}, ...reasons.map((one) => make("li", {}, one))) : null,
      note ? make("blockquote", { dir: "auto" }, note) : make("p", { class: "th-quiet" }, "no note"));
  }

  makeDone(hidden) {
    const words = hidden ? "More shows when everybody has finished the batch that is read blind now." : "What readers leave open is listed here. Run the cell again to look anew.";
    return [make("h2", { class: "th-title" }, "Nothing is left to settle"), make("p", { class: "th-quiet" }, words)];
  }

  paintReasons() {
    const { reasons, dispute } = this.state;
    if (this.reasons.childElementCount !== reasons.length)
      this.reasons.replaceChildren(...reasons.map(({ id, text }, n) =>
        make("button", { type: "button", class: "th-toggle", "aria-pressed": "false", "data-name": id, on: { click: () => this.toggle(id) } },
          make("kbd", { "aria-hidden": "true" }, n < 10 ? String((n + 1) % 10) : ""), make("span", {}, text), make("span", { class: "th-tick", "aria-hidden": "true" }, "✓"))));
    for (const button of this.reasons.children) {
      button.setAttribute("aria-pressed", String(this.chosen.has(button.dataset.name)));
      button.disabled = !dispute;
    }
  }
}

const SIGN_OF = { ArrowLeft: "←", ArrowRight: "→" };
const keyOf = (dispute) => dispute && `${dispute.stage} ${dispute.id}`;
const spoken = ({ reviewer, decision }) => `${reviewer}: ${decision}`;

export default {
  render({ model, el }) {
    const card = new ConflictsCard(model, el);
    return () => card.close();
  },
};
