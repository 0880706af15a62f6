// The panel beside the conversation: sources, who says what, the timeline, the archive.

import { Archive } from "./archive.js";

const NOTHING = {
  claims: "Who says what stands here once there is an answer.",
  timeline: "Figures stand here by day where a question asks how many.",
  sources: "The articles behind an answer stand here, with every cited quote marked.",
};

/** Shows the evidence of one turn. */
export class Panel {
  constructor(server) {
    this.server = server;
    this.box = byId("panel");
    this.tabs = [...this.box.querySelectorAll("[role=tab]")];
    this.archive = new Archive(server, (id) => this.open(id));
    this.turn = null;
    this.quote = null;
    this.came = null;
    this.chosen = false;
    this.asked = 0;
    this.listen();
    this.show(null);
  }

  listen() {
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => {
        this.chosen = true;
        this.select(tab.id, { unfold: true });
      });
    }
    this.tabs[0].parentElement.addEventListener("keydown", (event) => this.move(event));
    byId("previous").addEventListener("click", () => this.step(-1));
    byId("following").addEventListener("click", () => this.step(1));
    byId("back").addEventListener("click", () => this.back());
    byId("fold").addEventListener("click", () => this.fold());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.back();
    });
  }

  /** Selects a tab by its id. */
  select(id, { unfold = false, focus = false } = {}) {
    for (const tab of this.tabs) {
      const chosen = tab.id === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = !chosen;
      if (chosen && focus) tab.focus();
    }
    if (id === "tab-archive") this.archive.open();
    if (unfold) this.box.dataset.open = "";
  }

  /** The arrow keys, Home and End lead from tab to tab. */
  move(event) {
    const at = this.tabs.indexOf(document.activeElement);
    const last = this.tabs.length - 1;
    const goal = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (at < 0 || goal === undefined) return;
    event.preventDefault();
    this.select(this.tabs[(goal + this.tabs.length) % this.tabs.length].id, { focus: true });
  }

  /** Shows the tab that fits, as long as the visitor has not chosen one. */
  suggest(id) {
    if (!this.chosen) this.select(id);
  }

  /** Shows the evidence of a turn, given as its section; null where there is none. */
  show(section) {
    this.turn = section;
    this.came = null;
    this.suggest(section ? "tab-sources" : "tab-archive");
    for (const name of ["claims", "timeline"]) {
      byId(name).replaceChildren(part(section, name) ?? note(this.absent(section, name)));
    }
    byId("cited").replaceChildren(part(section, "cited") ?? note(this.absent(section, "sources")));
    byId("article").replaceChildren();
    this.quote = null;
    this.place();
    const [first] = this.quotes();
    if (first) this.reveal(first);
  }

  absent(section, name) {
    if (!section?.querySelector("template")) return NOTHING[name];
    return { claims: "Nothing is claimed in this answer.", timeline: "This answer holds no figures.", sources: "Nothing was cited." }[name];
  }

  /** Shows the quote that a number or a point of the timeline leads to. */
  follow(lead, { focus }) {
    const section = lead.closest(".turn");
    if (section && section !== this.turn) this.show(section);
    this.came = lead;
    this.select("tab-sources", { unfold: true });
    this.reveal(lead, { focus, scroll: true });
  }

  /** Opens an article of the archive. */
  async open(id) {
    this.came = document.activeElement;
    const first = this.quotes().find((quote) => quote.dataset.article === id);
    this.select("tab-sources", { unfold: true });
    if (first) return this.reveal(first, { focus: true, scroll: true });
    this.quote = null;
    this.place();
    if (await this.load(id)) byId("article-title")?.focus();
  }

  /** The quotes of the turn, by their numbers. */
  quotes() {
    const kept = this.turn?.querySelector("template.cited")?.content ?? this.turn;
    const leads = [...(kept?.querySelectorAll(".chip") ?? [])];
    const numbered = new Map(leads.map((lead) => [Number(lead.dataset.number), lead]));
    return [...numbered.keys()].sort((one, other) => one - other).map((number) => numbered.get(number));
  }

  async reveal(lead, { focus = false, scroll = false } = {}) {
    this.quote = lead.dataset.number;
    this.place();
    if (!(await this.load(lead.dataset.article))) return;
    const mine = [...byId("article").querySelectorAll("mark")].filter((mark) => mark.dataset.numbers.split(" ").includes(this.quote));
    for (const mark of byId("article").querySelectorAll("mark[aria-current]")) mark.removeAttribute("aria-current");
    for (const mark of mine) mark.setAttribute("aria-current", "true");
    const goal = mine[0] ?? byId("article").firstElementChild;
    if (scroll) goal?.scrollIntoView({ block: "center", behavior: gently() });
    if (focus) goal?.focus({ preventScroll: true });
  }

  /** Brings an article into the panel; false where another was asked for meanwhile. */
  async load(id) {
    const request = ++this.asked;
    const box = byId("article");
    const marks = this.quotes()
      .filter((lead) => lead.dataset.article === id)
      .map(({ dataset }) => [Number(dataset.number), Number(dataset.start), Number(dataset.end), dataset.quote]);
    const wanted = JSON.stringify([id, marks]);
    if (box.dataset.holds !== wanted || !box.firstElementChild) {
      let text;
      try {
        text = await this.server.article({ article: id, marks });
      } catch {
        text = '<p class="note" role="alert">The article could not be read. Try again.</p>';
      }
      if (request !== this.asked) return false;
      box.innerHTML = text;
      box.dataset.holds = wanted;
    }
    for (const row of byId("cited").querySelectorAll("[data-article]")) {
      if (row.matches("li")) row.toggleAttribute("data-shown", row.dataset.article === id);
    }
    return true;
  }

  /** Says which quote of how many is shown. */
  place() {
    const quotes = this.quotes();
    const at = quotes.findIndex((lead) => lead.dataset.number === this.quote);
    byId("browse").hidden = quotes.length === 0;
    byId("back").hidden = !this.came?.isConnected;
    byId("place").textContent = at < 0 ? `${quotes.length} quotes` : `Quote ${at + 1} of ${quotes.length}`;
    byId("place").hidden = quotes.length < 2;
    byId("previous").hidden = byId("following").hidden = quotes.length < 2;
    for (const chip of document.querySelectorAll(".chip[aria-current]")) chip.removeAttribute("aria-current");
    if (at < 0) return;
    const same = `.chip[data-number="${quotes[at].dataset.number}"]`;
    for (const chip of [...this.turn.querySelectorAll(same), ...this.box.querySelectorAll(same)]) chip.setAttribute("aria-current", "true");
  }

  step(by) {
    const quotes = this.quotes();
    if (!quotes.length) return;
    const at = quotes.findIndex((lead) => lead.dataset.number === this.quote);
    this.reveal(quotes[(at + by + quotes.length) % quotes.length], { scroll: true });
  }

  /** Back to what was followed into the panel. */
  back() {
    this.fold();
    const goal = this.came?.isConnected ? this.came : (this.turn?.querySelector(".chip") ?? byId("question"));
    if (goal.closest("[role=tabpanel]")) this.select(`tab-${goal.closest("[role=tabpanel]").id}`, { unfold: true });
    goal.focus();
    goal.scrollIntoView({ block: "nearest" });
  }

  fold() {
    delete this.box.dataset.open;
  }
}

/** What a turn keeps out of sight for the panel; null where it keeps nothing of that name. */
function part(section, name) {
  const content = section?.querySelector(`template.${name}`)?.content;
  return content?.firstElementChild ? content.cloneNode(true) : null;
}

function note(text) {
  const paragraph = document.createElement("p");
  paragraph.className = "note";
  paragraph.textContent = text;
  return paragraph;
}

function gently() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

function byId(id) {
  return document.getElementById(id);
}
