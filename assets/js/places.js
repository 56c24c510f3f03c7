// The entries of the browser's history, and where one was on each: every entry has a key and a number; under the key stand what
// was scrolled inside the page and which element had the focus. Kept for the tab, so a reload and Back from elsewhere find it too.

const KEPT = 40;
const STORE = "places";
const main = () => document.getElementById("main");
const places = new Map(read());
const scrolled = new Set();
let key;
let at;
let drawer = false;

function read() {
  try { return JSON.parse(sessionStorage.getItem(STORE)) ?? []; } catch { return []; }
}

// Marks the entry one is on; `htmx` tells htmx that it may be restored without a page load.
function stamp(next) {
  at = next;
  key = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  history.replaceState({ htmx: true, key, at }, "");
}

/** The number of the entry whose page is shown; the one of the address may already be another, after Back. */
export const shown = () => at;

/** Whether the address is that of the page that is shown. */
export const here = () => history.state?.key === key;

// The way from the main part down to an element, by positions, or the id of one.
function wayTo(element) {
  const way = [];
  for (let e = element; e && e !== main(); e = e.parentElement) {
    if (e.id) return [`#${e.id}`, ...way];
    way.unshift([...e.parentElement.children].indexOf(e));
  }
  return way;
}

function follow(way) {
  let element = main();
  for (const step of way) {
    element = typeof step === "string" ? document.getElementById(step.slice(1)) : element?.children[step];
  }
  return element;
}

/** Remembers scroll and focus of the page that is about to be left. */
export function remember() {
  const page = main();
  if (!page || !key) return;
  const scrolls = [...scrolled].filter((e) => page.contains(e) && (e.scrollTop || e.scrollLeft)).map((e) => [wayTo(e), e.scrollTop, e.scrollLeft]);
  const active = page.contains(document.activeElement) && document.activeElement.matches("a[href]") ? document.activeElement : null;
  places.delete(key);
  places.set(key, { scrolls, focus: active && [wayTo(active), active.getAttribute("href")] });
  if (places.size > KEPT) places.delete(places.keys().next().value);
}

/** Puts back what was remembered of the entry one has come to; whether the focus found its place again. */
export function recall() {
  const { scrolls = [], focus } = places.get(key) ?? {};
  for (const [way, top, left] of scrolls) follow(way)?.scrollTo({ top, left, behavior: "instant" });
  const element = focus && follow(focus[0]);
  if (element?.getAttribute("href") !== focus?.[1]) return false;
  element?.focus({ preventScroll: true });
  return document.activeElement === element;
}

/** Takes the entry that Back or Forward has led to as the one that is shown. */
export function arrive() {
  if (history.state?.key) ({ key, at } = history.state);
  else stamp(at);
  scrolled.clear();
}

document.addEventListener("scroll", (event) => { if (event.target !== document) scrolled.add(event.target); }, { capture: true, passive: true });
// Everything that htmx pushes, a list's next page too, becomes an entry with a key.
document.addEventListener("htmx:before:history:update", remember);
document.addEventListener("htmx:after:history:push", () => stamp(at + 1));
document.addEventListener("htmx:before:history:update", () => { drawer = Boolean(history.state?.drawer); }, true);
// The drawer's own entry becomes the page that it has led to.
document.addEventListener("htmx:after:history:replace", () => {
  if (drawer) stamp(at + 1);
  else history.replaceState({ htmx: true, key, at }, "");
});
addEventListener("pagehide", () => {
  remember();
  try { sessionStorage.setItem(STORE, JSON.stringify([...places])); } catch { /* Full, or not allowed: then nothing is kept. */ }
});

if (history.state?.key) {
  arrive();
  document.addEventListener("DOMContentLoaded", recall);
} else stamp(0);
