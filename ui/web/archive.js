// The list of articles, found by words, and grown on demand.

const PAUSE = 200; // Milliseconds after the last letter until it is looked for.

/** The tab that lists the articles of the archive. */
export class Archive {
  /** Takes the server's functions, and what opens an article by its id. */
  constructor(server, open) {
    this.server = server;
    this.list = document.getElementById("entries");
    this.words = document.getElementById("find");
    this.request = 0;
    this.filled = false;
    let pause = 0;
    this.words.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.fill(), PAUSE);
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button:not([data-remove])");
      if (button?.dataset.open) open(button.dataset.open);
      else if (button?.dataset.more) this.fill(Number(button.dataset.more), button.closest("li"));
    });
  }

  /** Fills the list when it is first looked at. */
  open() {
    if (!this.filled) this.fill();
  }

  /** Lists the articles anew, or from a place on, in place of the row that offers more. */
  async fill(begin = 0, more = null) {
    const request = ++this.request;
    this.filled = true;
    let rows;
    try {
      rows = await this.server.articles({ words: this.words.value, begin });
    } catch {
      rows = '<li class="note" role="alert">The list could not be read. Try again.</li>';
      this.filled = false;
    }
    if (request !== this.request) return;
    const next = document.createElement("template");
    next.innerHTML = rows;
    const first = next.content.querySelector("button");
    if (more) {
      more.replaceWith(next.content);
      first?.focus();
    } else {
      this.list.replaceChildren(next.content);
    }
  }
}
