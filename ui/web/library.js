// Adding articles to the archive and taking them away, and how far the index is.

import { reason } from "./saving.js";

const MOST = 20; // Files that are added at a time.

/** The tools above the list of articles. */
export class Library {
  /**
   * @param archive The list of articles.
   * @param changed Called once the archive holds something else.
   */
  constructor(archive, changed) {
    Object.assign(this, { archive, changed });
    this.tools = document.getElementById("archive-tools");
    this.holds = document.getElementById("holds");
    this.busy = false;
  }

  /** Asks the server what the archive holds and what may be done with it, and offers that. */
  async begin() {
    const state = await this.refresh();
    if (!state?.changes) return;
    this.largest = state.largest;
    document.getElementById("archive").classList.add("changeable");
    this.tools.innerHTML =
      '<label class="upload"><span>Add articles</span><input type="file" id="upload" accept=".txt,.text,text/plain" multiple /></label>' +
      '<progress id="indexing" aria-label="Indexing" hidden></progress><ul id="outcome" role="status"></ul>';
    this.input = document.getElementById("upload");
    this.input.addEventListener("change", () => this.add([...this.input.files]));
    this.archive.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button);
    });
  }

  async refresh() {
    const response = await fetch(new URL("state", document.baseURI)).catch(() => null);
    if (!response?.ok) return null;
    const state = await response.json();
    this.holds.textContent = `${state.words}.`;
    return state;
  }

  /** Adds files one by one, then brings the index up to date. */
  async add(files) {
    if (this.busy || !files.length) return;
    this.begun();
    let added = 0;
    for (const file of files.slice(0, MOST)) {
      const refused = await this.send(file);
      if (refused) this.say(refused, true);
      else added += 1;
    }
    if (files.length > MOST) this.say(`${MOST} files are added at a time. ${files.length - MOST} were left out.`, true);
    if (added) await this.sync(`${added} ${added === 1 ? "article" : "articles"} added.`);
    this.input.value = "";
    this.ended();
    this.input.focus();
  }

  /** Sends a file. Returns why it was refused, or null. */
  async send(file) {
    // Told by the server as well; but a large file would be sent in vain.
    if (file.size > this.largest) {
      return `“${file.name.slice(0, 60)}” has ${file.size.toLocaleString("en")} bytes. Add articles of at most ${this.largest.toLocaleString("en")}.`;
    }
    const address = new URL("articles", document.baseURI);
    address.searchParams.set("name", file.name.slice(0, 400));
    const response = await request(address, { method: "POST", body: file });
    return response.ok ? null : reason(response);
  }

  async remove(button) {
    const name = button.closest("li").querySelector(".title").textContent;
    if (this.busy || !confirm(`Delete “${name.slice(0, 120)}” from the archive? Its file is moved to the trash folder.`)) return;
    this.begun();
    const address = new URL("articles", document.baseURI);
    address.searchParams.set("article", button.dataset.remove);
    const response = await request(address, { method: "DELETE" });
    if (response.ok) await this.sync("1 article deleted.");
    else this.say(await reason(response), true);
    this.ended();
    this.archive.words.focus();
  }

  /** Brings the index up to date, showing how far it is. */
  async sync(said) {
    const bar = document.getElementById("indexing");
    const step = this.say("Bringing the index up to date…");
    bar.removeAttribute("value");
    bar.hidden = false;
    const response = await request(new URL("sync", document.baseURI), { method: "POST" });
    let last = response.ok ? {} : { error: await reason(response) };
    for await (const line of response.ok ? lines(response) : []) {
      last = line;
      if (!line.stage) continue;
      step.textContent = `${line.stage}…`;
      bar.max = Math.max(1, line.total);
      bar.value = line.done;
    }
    bar.hidden = true;
    step.remove();
    this.say(last.error ?? (last.words ? `${said} The archive holds ${last.words}.` : "The server does not answer. Try again."), !last.words);
    for (const problem of (last.problems ?? []).slice(0, 5)) this.say(`Not read: ${problem}`, true);
    await this.refresh();
    await this.archive.fill();
    this.changed();
  }

  begun() {
    this.busy = true;
    this.input.disabled = true;
    document.getElementById("outcome").replaceChildren();
  }

  ended() {
    this.busy = false;
    this.input.disabled = false;
  }

  say(text, wrong = false) {
    const line = document.createElement("li");
    line.className = wrong ? "wrong" : "";
    line.dir = "auto";
    line.textContent = text;
    document.getElementById("outcome").append(line);
    return line;
  }
}

function request(address, init) {
  return fetch(address, init).catch(() => new Response(null, { status: 503 }));
}

/** The lines of JSON of a response, as they come. */
async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}
