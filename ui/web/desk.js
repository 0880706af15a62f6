// The page's way in: Gradio hands over its component, the parts of the page are put to work.

import { Conversation, tell } from "./conversation.js";
import { Keeping } from "./keeping.js";
import { Library } from "./library.js";
import { Panel } from "./panel.js";
import { Saving } from "./saving.js";
import { showQuotes } from "./tip.js";

/**
 * Puts the page to work.
 *
 * @param component What Gradio gives the script of an HTML component: `element`, the page; `props`, whose `value` goes
 *   to the server with an event and brings what it answers; `trigger`, which sends an event; `server`, its functions;
 *   `watch`, which tells of a new value.
 */
export async function open({ element, props, trigger, server, watch }) {
  const send = (event, value) => {
    props.value = value;
    trigger(event);
  };
  const panel = new Panel(server);
  const conversation = new Conversation(send, server, panel, new Keeping());
  watch("value", () => conversation.receive(props.value));
  showQuotes(document.getElementById("tip"));
  element.addEventListener("click", (event) => {
    const lead = event.target.closest(".chip, .point");
    if (!lead) return;
    event.preventDefault();
    panel.follow(lead, { focus: true });
  });
  element.addEventListener("keydown", (event) => {
    const lead = event.target.closest(".point");
    if (!lead || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    panel.follow(lead, { focus: true });
  });
  new Saving(document.getElementById("log"), conversation.turns, tell);
  conversation.begin(await server.opening({}));
  await new Library(panel.archive, () => conversation.renew()).begin();
}
