// Search over everything, opened by Ctrl/Cmd-K, `/` or a click on the search link. One request a keystroke: a newer one
// aborts the older, and an old answer never overwrites a newer. What is shown stays until the next answer is there; Enter
// pressed before that opens the first of the answer still to come.

const dialog = () => document.getElementById("palette");
const within = (selector) => dialog().querySelector(selector);
const input = () => within("input[name=q]");
const options = () => [...dialog().querySelectorAll("[role=option]")];
const selected = () => within("[role=option][aria-selected=true]");
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
    if (elsewhere) location.assign(elsewhere);
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

function select(option) {
  selected()?.setAttribute("aria-selected", "false");
  if (!option) return input().removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input().setAttribute("aria-activedescendant", option.id);
  // The first one brings its heading into view.
  if (option === options()[0]) within("[role=listbox]").scrollTop = 0;
  else option.scrollIntoView({ block: "nearest" });
}

function follow(link, event) {
  hurry = null;
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
}

function open() {
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

function narrow(name) {
  if (name === undefined) return;
  scope = name;
  ask();
}

// The scope so many steps on, round and round.
function scopeAt(step) {
  const all = [...dialog().querySelectorAll("[role=tab]")];
  const at = all.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  return all.length > 1 ? all[(at + step + all.length) % all.length].dataset.scope : undefined;
}

// The option that a key leads to; undefined where the key means something else.
function led(event) {
  const all = options();
  const at = all.indexOf(selected());
  const first = all.findIndex((option) => option.closest("[data-actions]"));
  switch (event.key) {
    case "ArrowDown": return all[(at + 1) % all.length];
    case "ArrowUp": return all[(at <= 0 ? all.length : at) - 1];
    case "PageDown": return all[Math.min(all.length - 1, at + 8)];
    case "PageUp": return all[Math.max(0, at - 8)];
    case "Home": return all[0];
    case "End": return all.at(-1);
    // Through the actions and then on to the buttons; back from them to the records.
    case "Tab": return event.shiftKey ? (first > 0 && at >= first ? all[0] : undefined) : first >= 0 ? all[Math.max(first, at + 1)] : undefined;
    default: return undefined;
  }
}

function typed(event) {
  const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
  const { value, selectionStart, selectionEnd } = event.target;
  if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    if (asking) hurry = { ctrlKey: event.ctrlKey, metaKey: event.metaKey };
    else follow(selected(), event);
  } else if (event.key === "ArrowRight" && plain && value && selectionStart === value.length && selectionEnd === value.length) {
    narrow(scopeAt(1));
  } else if (event.key === "Backspace" && !value && scope) {
    narrow("");
  } else if (!event.isComposing && (plain || event.key === "Tab")) {
    const option = led(event);
    if (!option) return;
    event.preventDefault();
    select(option);
  }
}

document.addEventListener("keydown", (event) => {
  const box = dialog();
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    if (open()) event.preventDefault();
    if (box?.open) input().select();
  } else if (box?.open && box.contains(event.target)) {
    if (event.target === input()) typed(event);
    else if (event.target.matches("[role=tab]") && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      event.preventDefault();
      narrow(scopeAt(event.key === "ArrowRight" ? 1 : -1));
    }
  }
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("#palette input[name=q]")) return;
  hurry = null;
  if (!event.target.value) scope = "";
  ask();
});

// A pointer selects what it moves over, but not what the list moves under it.
document.addEventListener("pointermove", (event) => {
  const option = (event.movementX || event.movementY) && event.target.closest?.("#palette [role=option]");
  if (option && option !== selected()) select(option);
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

// What is not answered yet is not wanted any more.
document.addEventListener("close", (event) => {
  if (event.target.id !== "palette") return;
  number++;
  asking?.abort();
  asking = hurry = null;
}, true);
