// Exports of an answer or of the conversation, and what the reader thinks of an answer.

/** Adds to every answer, and to the conversation, what can be kept of it. */
export class Saving {
  /**
   * @param log Where the turns are.
   * @param turns The turns by number, each with what was asked and the answer as the server sealed it.
   * @param tell Says something to the reader.
   */
  constructor(log, turns, tell) {
    Object.assign(this, { turns, tell });
    document.addEventListener("click", (event) => {
      const save = event.target.closest("[data-save]");
      const remark = event.target.closest("[data-good]");
      if (save) this.export(save);
      else if (remark) this.ask(remark);
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (save || !menu.contains(event.target)) menu.open = false;
      }
    });
    log.addEventListener("submit", (event) => {
      if (!event.target.matches(".remark-form")) return;
      event.preventDefault();
      this.remark(event.target);
    });
    log.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const open = event.target.closest(".remark-form, details.menu[open]");
      if (open?.matches(".remark-form")) this.close(open);
      else if (open) open.open = false;
      if (open) event.stopPropagation();
    });
  }

  /** Has the server make a file of one answer, or of all, and hands it to the browser. */
  async export(button) {
    const number = numberOf(button);
    const kept = [...this.turns.values()].filter((turn) => turn.sealed && (number === null || turn.number === number));
    if (!kept.length) {
      this.tell("There is no answer to export yet", true);
      return;
    }
    const turns = kept.sort((one, other) => one.number - other.number).slice(-100).map(sent);
    const response = await request("export", { form: button.dataset.save, turns });
    if (!response.ok) {
      this.tell(await reason(response), true);
      return;
    }
    const named = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = named?.[1] ?? `dateline.${button.dataset.save}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.tell("Exported", true);
  }

  /** Opens the note below an answer. */
  ask(button) {
    const acts = button.closest(".acts");
    acts.parentElement.querySelector(".remark-form")?.remove();
    for (const other of acts.querySelectorAll("[data-good]")) other.setAttribute("aria-pressed", String(other === button));
    const form = document.createElement("form");
    form.className = "remark-form";
    form.dataset.opinion = button.dataset.good;
    form.innerHTML =
      '<label><span></span><textarea rows="2" maxlength="2000"></textarea></label>' +
      '<div><button type="submit" class="strong">Send</button><button type="button" class="quiet">Cancel</button></div>';
    form.querySelector("span").textContent =
      button.dataset.good === "true" ? "What is good about it? You may leave this empty." : "What is wrong with it? You may leave this empty.";
    form.querySelector(".quiet").addEventListener("click", () => this.close(form));
    acts.after(form);
    form.querySelector("textarea").focus();
  }

  close(form) {
    const acts = form.previousElementSibling;
    const chosen = acts.querySelector('[aria-pressed="true"]');
    for (const each of acts.querySelectorAll("[data-good]")) each.setAttribute("aria-pressed", "false");
    form.remove();
    chosen?.focus();
  }

  async remark(form) {
    const number = numberOf(form);
    const turn = this.turns.get(number);
    const before = [...this.turns.values()].filter((each) => each.number < number).map((each) => each.asked.question);
    const note = form.querySelector("textarea").value;
    const response = await request("remark", { turn: sent(turn), good: form.dataset.opinion === "true", note, before: before.slice(-20) });
    if (!response.ok) {
      this.tell(await reason(response), true);
      return;
    }
    const acts = form.previousElementSibling;
    form.remove();
    acts.querySelector('[aria-pressed="true"]')?.focus();
    this.tell("Thank you. It is kept with the archive.", true);
  }
}

function sent({ sealed, asked }) {
  return { sealed, since: asked.since ?? "", outlet: asked.outlet ?? "" };
}

function numberOf(element) {
  const turn = element.closest(".turn");
  return turn ? Number(turn.dataset.number) : null;
}

function request(path, body) {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return fetch(new URL(path, document.baseURI), init).catch(() => new Response(null, { status: 503 }));
}

/** Why a request was refused, in one line. */
export async function reason(response) {
  const told = await response.json().catch(() => ({}));
  return told.error ?? "The server does not answer. Try again.";
}
