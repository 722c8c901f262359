// The duplicates card in the browser: citations side by side, one key for each answer.
//
// Records are hostile: every text becomes a text node, nothing is ever parsed as HTML. The next
// cluster is shown when the ledger has the answer; what has no answer yet is said again, and the
// cluster that it names makes it one answer however often it is said.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NAMES = { entry_type: "type" };
const VETOES = "not merged by itself"; // what a machine found against it

const inWords = (reasons) => `${VETOES}: ${reasons.map((one) => one.replaceAll("-", " ")).join(", ")}`;

class DuplicatesCard extends TalkingCard {
  constructor(model, el) {
    super(model);
    this.groups = []; // of each citation, by place
    this.build(el);
    this.listen();
    this.post({ kind: "hello" });
  }

  // ── talking to the session ──
  get isWaiting() {
    return this.outbox.waiting.length > 0;
  }

  post(content) {
    if (!this.isWaiting) this.outbox.post(content); // a key while the ledger has not answered is no answer to what comes
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
    const isOther = state.cluster?.cluster_id !== this.state?.cluster?.cluster_id;
    this.state = state;
    this.paintSaved();
    this.outbox.open(`duplicates:${state.title}:${state.reviewer}`);
    if (isOther) this.groups = (state.cluster?.citation_ids ?? []).map((_, at) => at);
    paintInPlace(this.root, () => this.paint(isOther));
  }

  // ── what the person does ──
  answer(groups, words, tone) {
    const { cluster } = this.state;
    if (!cluster || this.isWaiting) return;
    const ids = cluster.citation_ids;
    const parts = [...new Set(groups)].map((group) => ids.filter((_, at) => groups[at] === group));
    this.post({ kind: "group", cluster_id: cluster.cluster_id, groups: parts });
    this.say(words, tone);
  }

  allSame() {
    this.answer(this.groups.map(() => 0), "One publication", "include");
  }

  allDistinct() {
    this.answer(this.groups.map((_, at) => at), "All distinct", "exclude");
  }

  asGrouped() {
    const n = new Set(this.groups).size;
    this.answer(this.groups, `${n} publication${n === 1 ? "" : "s"}, as grouped`, "maybe");
  }

  regroup(at) {
    if (at >= this.groups.length) return;
    this.groups[at] = (this.groups[at] + 1) % this.groups.length;
    this.paintGroups();
    this.announce(`Citation ${at + 1} is in group ${LETTERS[this.groups[at]]}`);
  }

  later() {
    if (!this.state.cluster || this.isWaiting) return;
    this.post({ kind: "leave", cluster_id: this.state.cluster.cluster_id });
    this.say("Left for later");
  }

  undo() {
    if (this.isWaiting) return;
    if (!this.state.last_uid) return this.say("Nothing was decided here yet.");
    this.post({ kind: "undo", uid: this.state.last_uid });
    this.say("Taken back: decide again.");
  }

  nextBatch() {
    if (!this.state.cluster) this.post({ kind: "batch" });
  }

  // ── keys ──
  get keys() {
    const scroll = (share) => Object.assign(() => this.scroll.scrollBy({ top: share * this.scroll.clientHeight }), { repeats: true });
    return {
      s: () => this.allSame(), d: () => this.allDistinct(), g: () => this.asGrouped(), l: () => this.later(), u: () => this.undo(),
      b: () => this.nextBatch(), ArrowDown: scroll(0.2), ArrowUp: scroll(-0.2), PageDown: scroll(0.9), PageUp: scroll(-0.9),
    };
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Tab") return;
    event.stopPropagation();
    if (event.isComposing || !this.state) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const act = digit ? () => this.regroup(Number(digit[1]) - 1) : this.keys[event.key];
    if (!act) return;
    event.preventDefault();
    if (!event.repeat || act.repeats) act();
  }

  // ── painting ──
  build(el) {
    const act = (key, words, tone, run) =>
      make("button", { type: "button", class: `th-act ${tone}`, "aria-keyshortcuts": key, on: { click: run } }, `${words} `, make("kbd", { "aria-hidden": "true" }, key));
    this.title = make("p", { class: "th-review" });
    this.saved = make("span", { class: "th-saved", role: "status" });
    this.counts = make("span", { class: "th-counts" });
    this.table = make("table", { class: "thd-table" });
    this.scroll = make("div", { class: "thd-scroll", tabindex: "0", role: "group", "aria-label": "Citations side by side" }, this.table);
    this.message = make("p", { class: "th-message", "aria-hidden": "true" });
    this.live = make("p", { class: "th-hidden", "aria-live": "polite" });
    this.acts = make("div", { class: "th-acts", role: "group", "aria-label": "Answer" },
      act("s", "All one publication", "th-include", () => this.allSame()),
      act("d", "All distinct", "th-exclude", () => this.allDistinct()),
      act("g", "As grouped", "th-maybe", () => this.asGrouped()),
      act("l", "Later", "", () => this.later()),
      make("span", { class: "th-gap" }),
      act("u", "Undo", "", () => this.undo()));
    this.root = make("div", { class: "thresher", tabindex: "0", role: "region", "aria-label": "Duplicates card", "data-lm-suppress-shortcuts": true },
      make("header", { class: "th-head" }, make("div", { class: "th-line" }, this.title, this.saved), make("div", { class: "th-line" }, this.counts)),
      this.scroll,
      make("footer", { class: "th-foot" }, this.message, this.acts, this.live));
    el.append(this.root);
  }

  paint(isOther) {
    const { title, reviewer, cluster, position, n_batch: n, n_decided: decided, n_later: later, n_left: left } = this.state;
    this.title.replaceChildren(make("strong", {}, title), ` · duplicates · ${reviewer}`);
    const where = cluster ? `${position} of ${n} in this batch · likeliest pair ${cluster.probability.toFixed(2)}` : "Batch done";
    this.counts.textContent = [where, `${decided} decided here`, later ? `${later} left for later` : "", `${left} to decide in all`].filter(Boolean).join(" · ");
    for (const button of this.acts.querySelectorAll(".th-include, .th-exclude, .th-maybe")) button.disabled = !cluster;
    if (!isOther && this.table.childElementCount) return;
    this.scroll.replaceChildren(cluster ? this.paintTable(cluster) : this.makeDone(left, decided));
    this.scroll.scrollTop = 0;
    this.announce(cluster ? `${position} of ${n}: ${cluster.citation_ids.length} citations, one publication?` : "Batch done");
  }

  paintTable({ citation_ids: ids, fields, reasons }) {
    this.buttons = ids.map((_, at) => make("button", { type: "button", class: "thd-group", on: { click: () => this.regroup(at) } }));
    const heads = ids.map((id, at) => make("th", { scope: "col" }, this.buttons[at], make("span", { class: "thd-id" }, id)));
    const rows = fields.map(({ name, values }) =>
      make("tr", {}, make("th", { scope: "row" }, NAMES[name] ?? name), ...values.map((spans) => make("td", { dir: "auto" }, ...this.makeSpans(spans)))));
    const why = reasons.length ? make("caption", { class: "th-hidden" }, inWords(reasons)) : null;
    this.table.replaceChildren(...[why, make("thead", {}, make("tr", {}, make("td", {}), ...heads)), make("tbody", {}, ...rows)].filter(Boolean));
    if (reasons.length) this.counts.textContent += ` · ${inWords(reasons)}`;
    this.paintGroups();
    return this.table;
  }

  makeSpans(spans) {
    if (!spans.length) return [make("span", { class: "thd-same" }, "–")];
    return spans.map(({ text, is_different: isDifferent }) => (isDifferent ? make("mark", {}, text) : make("span", {}, text)));
  }

  paintGroups() {
    this.groups.forEach((group, at) => {
      const button = this.buttons[at];
      const shares = this.groups.filter((one) => one === group).length > 1;
      button.textContent = `${at + 1} · group ${LETTERS[group]}`;
      button.dataset.shares = shares ? "yes" : "no";
    });
  }

  makeDone(left, decided) {
    const words = left ? `${left} ${left === 1 ? "cluster is" : "clusters are"} still to decide.` : "No cluster is left to decide.";
    const next = left ? make("button", { type: "button", class: "th-act", on: { click: () => this.nextBatch() } }, "Next batch ", make("kbd", {}, "b")) : null;
    const what = decided ? "What you said holds from the next deduplication on." : "";
    return make("div", { class: "thd-done" }, make("h2", {}, "This batch is done"), make("p", {}, `${words} ${what}`), next);
  }
}

export default {
  render({ model, el }) {
    const card = new DuplicatesCard(model, el);
    return () => card.close();
  },
};
