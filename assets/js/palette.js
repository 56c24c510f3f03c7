// Search over everything, opened by Ctrl/Cmd-K, `/` or a click on the search link. One request a keystroke: a newer one
// aborts the older, and an old answer never overwrites a newer. What is shown stays until the next answer is there; Enter
// pressed before that opens the first of the answer still to come. The keys are in palettekeys.js.
import { go } from "./navigate.js";

export const dialog = () => document.getElementById("palette");
const within = (selector) => dialog().querySelector(selector);
export const input = () => within("input[name=q]");
export const options = () => [...dialog().querySelectorAll("[role=option]")];
export const selected = () => within("[role=option][aria-selected=true]");
let number = 0;
let asking = null;
let scope = "";
let hurry = null;

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const mine = ++number;
  const query = new URLSearchParams({ q: input().value, object: scope, here: location.pathname });
  try {
    const answer = await fetch(`/search/hits?${query}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
    const html = await answer.text();
    if (mine !== number) return;
    asking = null;
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) go(elsewhere);
    else if (answer.ok) show(html);
    else fail();
  } catch (error) {
    if (mine === number && error.name !== "AbortError") fail();
  }
}

function show(html) {
  const body = within("[data-palette-answer]");
  const inScopes = document.activeElement?.closest("#palette [role=tab]");
  body.innerHTML = html;
  within("[data-palette-summary]").textContent = within("[role=listbox]").dataset.summary;
  select(options()[0]);
  within("[role=listbox]").scrollTop = 0;
  const chosen = within("[role=tab][aria-selected=true]");
  chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (inScopes) (chosen ?? input()).focus();
  if (hurry) follow(selected(), hurry);
}

function fail() {
  asking = null;
  hurry = null;
  within("[data-palette-summary]").textContent = dialog().dataset.textFailed;
}

export function select(option) {
  selected()?.setAttribute("aria-selected", "false");
  if (!option) return input().removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input().setAttribute("aria-activedescendant", option.id);
  // The first one brings its heading into view.
  if (option === options()[0]) within("[role=listbox]").scrollTop = 0;
  else option.scrollIntoView({ block: "nearest" });
}

/** Opens what is selected, or where an answer is still to come the first of that. */
export function enter(event) {
  if (asking) hurry = { ctrlKey: event.ctrlKey, metaKey: event.metaKey };
  else follow(selected(), event);
}

/** Whether the results are narrowed to one kind of record. */
export const narrowed = () => scope !== "";

function follow(link, event) {
  hurry = null;
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
}

export function open() {
  const box = dialog();
  if (!box || box.open || document.querySelector("dialog[open]:modal")) return Boolean(box?.open);
  scope = "";
  hurry = null;
  input().value = "";
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) within("[data-mod]").textContent = "⌘";
  box.showModal();
  input().focus();
  ask();
  return true;
}

export function narrow(name) {
  if (name === undefined) return;
  scope = name;
  ask();
}

// The scope so many steps on, round and round.
export function scopeAt(step) {
  const all = [...dialog().querySelectorAll("[role=tab]")];
  const at = all.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  return all.length > 1 ? all[(at + step + all.length) % all.length].dataset.scope : undefined;
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("#palette input[name=q]")) return;
  hurry = null;
  if (!event.target.value) scope = "";
  ask();
});

document.addEventListener("click", (event) => {
  const box = dialog();
  if (!box) return;
  const tab = event.target.closest("#palette [role=tab]");
  if (event.target === box || event.target.closest("[data-palette-close]")) box.close();
  else if (tab) {
    narrow(tab.dataset.scope);
    input().focus();
  } else if (event.target.closest("#palette [role=option]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) box.close();
  else if (event.target.closest("[data-palette-open]") && !event.ctrlKey && !event.metaKey && !event.shiftKey && open()) event.preventDefault();
});

// What is not answered yet is not wanted any more. The event comes a moment after the closing: somebody quick has opened it again.
document.addEventListener("close", (event) => {
  if (event.target.id !== "palette" || event.target.open) return;
  number++;
  asking?.abort();
  asking = hurry = null;
}, true);
