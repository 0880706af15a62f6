// Where a question is written, with its filters.

/** The form below the conversation. */
export class Composer {
  /** Takes what asks: the question with its filters, and the number of the turn that it replaces, if any. */
  constructor(ask) {
    this.form = byId("composer");
    this.box = byId("question");
    this.fields = { as_of: byId("as-of"), since: byId("since"), outlet: byId("outlet") };
    this.words = byId("words");
    this.number = null;
    this.box.addEventListener("input", () => this.grow());
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.form.addEventListener("input", () => this.settle());
    byId("clear").addEventListener("click", () => {
      for (const field of Object.values(this.fields)) field.value = "";
      this.settle();
    });
    byId("cancel").addEventListener("click", () => {
      this.clear();
      this.box.focus();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!byId("stop").hidden || !this.box.value.trim()) return;
      const asked = { ...this.filters(), question: this.box.value.trim() };
      const number = this.number;
      this.clear();
      ask(asked, number);
    });
  }

  /** Offers the outlets of the archive and, where there is a language model, whose words the answer is to be in. */
  offer(outlets, model) {
    this.offerOutlets(outlets);
    byId("words-label").hidden = !model;
    if (model) this.words.append(new Option(model, ""), new Option("Quotes only", "quotes"));
    // On a phone the keyboard would cover half of the page.
    if (matchMedia("(hover: hover)").matches) this.box.focus({ preventScroll: true });
  }

  /** Offers the outlets of the archive; the one that is chosen stays so, if it is still there. */
  offerOutlets(outlets) {
    const { outlet } = this.fields;
    const chosen = outlet.value;
    outlet.replaceChildren(outlet.options[0], ...outlets.map((name) => new Option(name, name)));
    outlet.value = outlets.includes(chosen) ? chosen : "";
    byId("outlet-label").hidden = outlets.length === 0;
  }

  /** What the address of the page asks for, if anything. */
  linked() {
    const given = new URLSearchParams(location.search);
    if (!given.get("q")?.trim()) return null;
    this.limit(Object.fromEntries(given));
    // A day or an outlet that the fields cannot show is sent all the same: the answer says what is wrong with it.
    const others = Object.keys(this.fields).map((name) => [name, given.get(name) ?? ""]);
    return { ...this.filters(), ...Object.fromEntries(others), question: given.get("q").trim() };
  }

  filters() {
    const limits = Object.entries(this.fields).map(([name, field]) => [name, field.value]);
    return { ...Object.fromEntries(limits), quotes: this.words.value === "quotes" };
  }

  /** Takes a question up again: asking it replaces the turn of that number. */
  edit(asked, number) {
    this.fill(asked);
    this.number = number;
    byId("editing").hidden = false;
    this.box.focus();
    this.box.select();
  }

  /** Gives a question back that was not answered, unless another one is being written. */
  giveBack(asked) {
    if (!this.box.value) this.fill(asked);
  }

  /** Empties the box; the filters stay as they are. */
  clear() {
    this.box.value = "";
    this.number = null;
    byId("editing").hidden = true;
    this.grow();
  }

  fill(asked) {
    this.box.value = asked.question;
    if (asked.quotes) this.words.value = "quotes";
    this.limit(asked);
    this.grow();
  }

  /** Fills the filters with what they can show; a browser warns of a day that is none. */
  limit(given) {
    for (const [name, field] of Object.entries(this.fields)) {
      const value = String(given[name] ?? "");
      field.value = field.type !== "date" || /^\d{4}-\d\d-\d\d$/.test(value) ? value : "";
    }
    this.settle();
  }

  settle() {
    byId("clear").hidden = !Object.values(this.fields).some((field) => field.value);
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }
}

function byId(id) {
  return document.getElementById(id);
}
