// The quote behind a number, shown while the pointer rests on it or the keyboard is there.

const LEADS = ".chip, .point";
const GAP = 6;

/** Shows the quotes of the page in the given element. */
export function showQuotes(tip) {
  let shown = null;
  let waiting = 0;

  const hide = () => {
    clearTimeout(waiting);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  };
  const leave = () => {
    clearTimeout(waiting);
    waiting = setTimeout(hide, 150); // Long enough to move the pointer onto the quote.
  };
  const show = (lead) => {
    clearTimeout(waiting);
    if (lead === shown) return;
    hide();
    shown = lead;
    tip.replaceChildren(
      ...(lead.dataset.says ? [line("says", lead.dataset.says)] : []),
      line("quote", lead.dataset.quote),
      line("source", lead.dataset.source),
    );
    lead.setAttribute("aria-describedby", tip.id);
    tip.hidden = false;
    place(tip, lead.getBoundingClientRect());
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || !(event.target instanceof Element)) return;
    const lead = event.target.closest(LEADS);
    if (lead) show(lead);
    else if (tip.contains(event.target)) clearTimeout(waiting);
    else if (shown && !shown.matches(":focus-visible")) leave();
  });
  document.addEventListener("focusin", (event) => {
    const lead = event.target.closest(LEADS);
    if (lead?.matches(":focus-visible")) show(lead);
    else hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener("click", hide);
  document.addEventListener("scroll", (event) => {
    if (!shown || event.target === tip) return;
    if (shown.matches(":focus-visible")) place(tip, shown.getBoundingClientRect());
    else hide();
  }, { capture: true, passive: true });
}

function line(kind, text) {
  const paragraph = document.createElement("p");
  paragraph.className = kind;
  paragraph.dir = "auto";
  paragraph.textContent = text;
  return paragraph;
}

/** Below what it belongs to, or above where there is no room; always within the window. */
function place(tip, at) {
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, GAP), innerWidth - width - GAP);
  const fits = at.bottom + GAP + height < innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${fits ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height)}px`;
}
