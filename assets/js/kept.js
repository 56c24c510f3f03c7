// Edits that could not be sent. They stay on this device, under the member who made them, until they are saved: through a lost
// connection, a reload and a crash. They are sent again when the connection comes back, when a page is loaded and when somebody
// asks for it. An edit is the body of a form under its address, so a later one of the same field takes the place of an earlier.

const PREFIX = "aventora.edits.";
const TIMEOUT_MS = 20_000;
const texts = () => document.getElementById("kept-texts")?.dataset ?? {};
const key = () => PREFIX + (document.querySelector("[data-member]")?.dataset.member ?? "");

/** All of them, by address: `{ body, text, why }`; `why` is empty while one is on its way. */
export function kept() {
  try { return JSON.parse(localStorage.getItem(key())) ?? {}; } catch { return {}; }
}

function put(all) {
  try {
    if (Object.keys(all).length) localStorage.setItem(key(), JSON.stringify(all));
    else localStorage.removeItem(key());
  } catch { /* Full, or not allowed: the form still holds what was typed. */ }
  tell();
}

export function keep(action, edit) {
  put({ ...kept(), [action]: edit });
}

export function forget(action) {
  const all = kept();
  if (!(action in all)) return;
  delete all[action];
  put(all);
}

/** Sends an edit. Gives `{ status, text }`, or `{ why }` where it stays here. */
export async function send(action, edit) {
  keep(action, { ...edit, why: "" });
  const stay = (why) => {
    keep(action, { ...edit, why });
    return { why };
  };
  let response, text;
  try {
    const body = new URLSearchParams(edit.body);
    response = await fetch(action, { method: "POST", headers: { "HX-Request": "true" }, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch {
    document.dispatchEvent(new CustomEvent("connection:lost"));
    return stay("offline");
  }
  if (response.status === 401 || (response.redirected && new URL(response.url).pathname === "/login")) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    return stay("failed");
  }
  if (response.status >= 500 || response.status === 429) return stay("failed");
  forget(action);
  return { status: response.status, text };
}

// The bar that says how many wait.
function tell() {
  const waiting = Object.entries(kept()).filter(([, edit]) => edit.why);
  let bar = document.querySelector(".kept");
  if (waiting.length === 0) return bar?.remove();
  if (!bar) {
    const template = document.getElementById("kept-texts");
    if (!template) return;
    document.body.append(template.content.querySelector(".kept").cloneNode(true));
    bar = document.querySelector(".kept");
  }
  const stuck = waiting.find(([, edit]) => edit.why === "stuck");
  const offline = waiting.some(([, edit]) => edit.why === "offline");
  const { offlineOne, offlineMany, failedOne, failedMany, stuckOne } = texts();
  const one = waiting.length === 1;
  const text = offline ? (one ? offlineOne : offlineMany) : stuck ? stuckOne : one ? failedOne : failedMany;
  bar.querySelector("[data-text]").textContent = text.replace("{n}", waiting.length);
  const open = bar.querySelector("a");
  open.hidden = offline || !stuck;
  if (stuck) open.href = stuck[0].replace(/\/fields\/.*$/, "");
  const discard = bar.querySelector("[data-kept-discard]");
  discard.hidden = open.hidden;
  if (stuck) discard.dataset.keptDiscard = stuck[0];
}

// Who does not want it any more need not go to its record.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-kept-discard]");
  if (button) forget(button.dataset.keptDiscard);
});

/** What stands below a cell's value while its edit is kept. */
export function note(why, text = "") {
  const { noteOffline, noteFailed, noteValue } = texts();
  const element = document.getElementById("kept-texts").content.querySelector(".kept-note").cloneNode(true);
  const value = text && noteValue.replace("{value}", text);
  element.querySelector("[data-text]").textContent = [why === "offline" ? noteOffline : noteFailed, value].filter(Boolean).join(" ");
  return element;
}

/** The sentence for edits that were saved after all. */
export const savedText = () => texts().saved;

// Whoever signs out leaves nothing behind.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/logout") return;
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
}, true);

addEventListener("storage", (event) => { if (event.key === key()) tell(); });
document.addEventListener("DOMContentLoaded", tell);
