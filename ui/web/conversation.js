// The conversation: asking, showing what comes, stopping, asking again, keeping.

import { Composer } from "./composer.js";

/** The questions of this tab with their answers. */
export class Conversation {
  /**
   * @param send Sends an event with a value to the server.
   * @param server Functions of the server.
   * @param panel Shows the evidence of a turn.
   * @param keeping Where the conversation is kept.
   */
  constructor(send, server, panel, keeping) {
    Object.assign(this, { send, server, panel, keeping });
    this.turns = new Map();
    this.working = null;
    this.log = byId("log");
    this.composer = new Composer((asked, number) => this.ask(asked, number));
    this.waiting = new IntersectionObserver((seen) => this.askAgain(seen), { root: byId("scroll") });
    byId("stop").addEventListener("click", () => this.stop());
    byId("fresh").addEventListener("click", () => this.restart());
    for (const id of ["examples", "suggestions"]) {
      byId(id).addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.ask({ ...this.composer.filters(), question: button.textContent });
      });
    }
    this.log.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) this.act(button.dataset.act, Number(button.closest(".turn").dataset.number));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.working !== null && !byId("panel").contains(event.target)) this.stop();
    });
  }

  /** Fills the page with what the server tells of itself, and brings back what was kept or what a link asks for. */
  begin({ covers, holds, outlets, words, promise }) {
    byId("promise").textContent = promise;
    byId("held").textContent = `${covers}.`;
    byId("holds").textContent = `${holds}.`;
    this.composer.offer(outlets, words);
    const linked = this.composer.linked();
    const turns = this.keeping.load();
    if (linked && !turns.length) {
      this.ask(linked);
    } else if (turns.length) {
      for (const turn of turns) {
        this.turns.set(turn.number, turn);
        this.place(turn.number, placeholder(turn));
      }
      this.send("restore", { turns: turns.map(({ number, asked, sealed }) => ({ number, asked, sealed })) });
    }
    if (location.search) history.replaceState(null, "", location.pathname);
    this.settle();
    if (!this.turns.size) this.offerExamples();
  }

  /** Shows what the archive holds now, once it was changed. */
  async renew() {
    const { covers, outlets } = await this.server.opening({});
    byId("held").textContent = `${covers}.`;
    this.composer.offerOutlets(outlets);
    this.offerExamples();
  }

  async offerExamples() {
    const examples = await this.server.examples({}).catch(() => []);
    byId("examples").replaceChildren(...examples.map(question));
    byId("begin").hidden = examples.length === 0;
  }

  /** Asks a question; under the number of an earlier one it takes the place of that one and of all after it. */
  ask(asked, number = null) {
    if (!asked.question.trim() || this.working !== null) return;
    const last = Math.max(0, ...this.turns.keys());
    const next = number ?? last + 1;
    for (const other of [...this.turns.keys()].filter((each) => each >= next)) this.forget(other);
    this.start({ number: next, asked }, false);
  }

  start(turn, again) {
    this.turns.set(turn.number, turn);
    this.working = turn.number;
    this.place(turn.number, placeholder(turn, "Waiting…"));
    if (!again) {
      this.follows = true;
      this.keepInView();
    }
    byId("next").hidden = true;
    this.settle();
    this.send("ask", { ...turn.asked, number: turn.number, again });
  }

  /** Takes what the server sends: a turn as it stands, or those that it brings back. */
  receive(sent) {
    if (Array.isArray(sent)) {
      for (const each of sent) this.restored(each);
      this.follows = true;
      this.keepInView();
      this.shown(this.latest());
    } else if (sent?.number === this.working && typeof sent.html === "string") {
      const section = this.place(sent.number, sent.html);
      this.keepInView();
      if (!sent.working) this.finish(sent, section);
    }
    this.settle();
  }

  finish(sent, section) {
    this.working = null;
    const { sealed, articles, resolved } = sent;
    const turn = Object.assign(this.turns.get(sent.number), { sealed, articles, resolved });
    if (sealed) {
      this.save();
      this.shown(turn);
    } else {
      this.composer.giveBack(turn.asked); // It could not be answered as it was asked.
    }
    tell(section.querySelector(".problem, .missing") ? "No answer" : "Answered");
    this.askAgain([]);
  }

  restored({ number, html, stands, ...rest }) {
    const turn = this.turns.get(number);
    if (!turn) return;
    if (stands === false) {
      const section = this.place(number, placeholder(turn, "Kept from before. It is asked again once it is in view."));
      section.classList.add("stale");
      this.waiting.observe(section);
    } else {
      Object.assign(turn, rest);
      this.place(number, html);
    }
  }

  /** Asks anew, one after the other, what was kept and does not stand any more, as it comes into view. */
  askAgain(seen) {
    for (const { target, isIntersecting } of seen) target.toggleAttribute("data-seen", isIntersecting);
    const section = this.working === null && this.log.querySelector(".stale[data-seen]");
    if (!section) return;
    this.waiting.unobserve(section);
    const turn = this.turns.get(Number(section.dataset.number));
    section.classList.remove("stale");
    this.start({ number: turn.number, asked: { ...turn.asked, question: turn.resolved ?? turn.asked.question } }, true);
  }

  stop() {
    const number = this.working;
    if (number === null) return;
    this.working = null;
    const section = this.section(number);
    section.classList.replace("working", "stopped");
    const halted = document.createElement("p");
    halted.className = "halted";
    halted.textContent = "Stopped.";
    section.querySelector(".steps, .halted")?.remove();
    section.append(halted);
    this.send("halt", { number });
    this.composer.giveBack(this.turns.get(number).asked);
    this.save();
    this.settle();
    tell("Stopped");
  }

  restart() {
    this.working = null;
    for (const number of [...this.turns.keys()]) this.forget(number);
    this.keeping.renew();
    this.send("restart", null);
    this.panel.show(null);
    this.composer.clear();
    this.settle();
    this.offerExamples();
  }

  act(name, number) {
    const { asked, resolved } = this.turns.get(number);
    const section = this.section(number);
    if (name === "edit") {
      const inferred = section.querySelector(".limits")?.dataset.asOf;
      this.composer.edit({ ...asked, as_of: asked.as_of || inferred || "" }, number);
    } else if (name === "link") {
      copy(link({ ...asked, question: resolved ?? asked.question }), "Link copied");
    } else if (name === "copy") {
      copy(section.querySelector("template.plain").content.textContent, "Answer copied");
    }
  }

  /** Shows the evidence of a turn in the panel, and what could be asked next. */
  async shown(turn) {
    if (!turn) return;
    this.panel.show(this.section(turn.number));
    if (!turn.articles?.length) return;
    const asked = [...this.turns.values()].flatMap((each) => [each.asked.question, each.resolved ?? ""]).slice(-40);
    const { as_of, since, outlet } = turn.asked;
    const suggested = await this.server
      .suggestions({ articles: turn.articles, asked, as_of, since, outlet })
      .catch(() => []);
    if (this.working !== null || turn !== this.latest()) return;
    const abstained = this.section(turn.number).querySelector(".missing");
    byId("next-title").textContent = abstained ? "Questions nearby that the archive answers" : "Ask next";
    byId("suggestions").replaceChildren(...suggested.map(question));
    byId("next").hidden = suggested.length === 0;
    this.keepInView();
  }

  latest() {
    return this.turns.get(Math.max(0, ...this.turns.keys()));
  }

  section(number) {
    return byId(`turn-${number}`);
  }

  /** Puts the HTML of a turn in its place, leaving alone what has not changed. */
  place(number, html) {
    const made = document.createElement("template");
    made.innerHTML = html;
    const next = made.content.firstElementChild;
    next.dataset.number = number;
    const before = this.section(number);
    if (!before) {
      this.log.append(next);
      return next;
    }
    before.className = next.className;
    const old = [...before.children];
    for (const [at, child] of [...next.children].entries()) {
      if (!old[at]) before.append(child);
      else if (old[at].outerHTML !== child.outerHTML) old[at].replaceWith(child);
    }
    for (const child of old.slice(next.children.length)) child.remove();
    return before;
  }

  forget(number) {
    this.section(number)?.remove();
    this.turns.delete(number);
  }

  save() {
    const turns = [...this.turns.values()].sort((one, other) => one.number - other.number);
    this.keeping.save(turns.map(({ number, asked, sealed, resolved }) => ({ number, asked, sealed, resolved })));
  }

  /** Which controls there are, by whether something is under way and whether anything was asked. */
  settle() {
    const isWorking = this.working !== null;
    byId("welcome").hidden = this.turns.size > 0;
    byId("fresh").hidden = this.turns.size === 0;
    byId("send").hidden = isWorking;
    byId("stop").hidden = !isWorking;
    if (this.turns.size === 0) byId("next").hidden = true;
  }

  /** Scrolls down as an answer grows, until its question is at the top, unless the reader has scrolled up. */
  keepInView() {
    const scroll = byId("scroll");
    const section = this.latest() && this.section(this.latest().number);
    if (!section || !this.follows) return;
    const goal = Math.min(section.offsetTop - 20, scroll.scrollHeight - scroll.clientHeight);
    if (goal < scroll.scrollTop - 4 && this.reached !== undefined && scroll.scrollTop < this.reached - 4) {
      this.follows = false;
      return;
    }
    scroll.scrollTop = goal;
    this.reached = scroll.scrollTop;
  }
}

/** A turn of which nothing is known but the question. */
function placeholder({ number, asked }, step = "Kept from before…") {
  const box = document.createElement("div");
  box.innerHTML = '<section tabindex="-1"><h2 class="question" dir="auto"></h2><ol class="steps"><li class="current"></li></ol></section>';
  const section = box.firstElementChild;
  section.className = "turn working";
  section.id = `turn-${number}`;
  section.querySelector("h2").textContent = asked.question.slice(0, 400);
  section.querySelector("li").textContent = step;
  return box.innerHTML;
}

function question(text) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dir = "auto";
  button.textContent = text;
  item.append(button);
  return item;
}

function link({ question, as_of, since, outlet }) {
  const parts = Object.entries({ q: question, as_of, since, outlet }).filter(([, value]) => value);
  return `${location.origin}${location.pathname}?${new URLSearchParams(parts)}`;
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS, and beyond this machine, a browser gives no clipboard but to what is selected.
    const box = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  tell(said, true);
}

let fading = 0;

/** Says something to those who listen to the page, and on demand to those who see it. */
export function tell(text, visibly = false) {
  const told = byId("told");
  told.textContent = text;
  told.classList.toggle("unseen", !visibly);
  clearTimeout(fading);
  fading = setTimeout(() => told.classList.add("unseen"), 2000);
}

function byId(id) {
  return document.getElementById(id);
}
