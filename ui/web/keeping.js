// Conversations are kept in the browser alone: what was asked, and the answers as the server sealed them.

const PREFIX = "dateline:";
const CONVERSATIONS = 5;
const TURNS = 50;

/** The conversation of this tab, as it is kept. */
export class Keeping {
  constructor() {
    // A link opens a conversation of its own; a reload goes on with the tab's, a new tab with the latest.
    this.id = sessionStorage.getItem(PREFIX) ?? (location.search ? null : kept()[0]?.id) ?? null;
    this.use(this.id ?? fresh());
  }

  /** Begins another conversation; the one before it stays kept. */
  renew() {
    this.use(fresh());
  }

  use(id) {
    this.id = id;
    sessionStorage.setItem(PREFIX, id);
  }

  /** The turns, oldest first. */
  load() {
    const turns = read(PREFIX + this.id)?.turns;
    return Array.isArray(turns) ? turns.filter((turn) => Number.isInteger(turn?.number) && turn.asked?.question) : [];
  }

  /** Keeps the turns; where there is no room for all, the latest. */
  save(turns) {
    for (const others of kept().filter(({ id }) => id !== this.id).slice(CONVERSATIONS - 1)) {
      localStorage.removeItem(PREFIX + others.id);
    }
    for (let first = Math.max(0, turns.length - TURNS); first <= turns.length; first += 5) {
      try {
        localStorage.setItem(PREFIX + this.id, JSON.stringify({ at: Date.now(), turns: turns.slice(first) }));
        return;
      } catch {
        // No room: the oldest go.
      }
    }
  }
}

/** The conversations in this browser, the latest first. */
function kept() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ id: key.slice(PREFIX.length), at: read(key)?.at ?? 0 }))
    .sort((one, other) => other.at - one.at);
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function fresh() {
  return crypto.getRandomValues(new Uint32Array(2)).join("-");
}
