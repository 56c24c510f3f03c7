// Keys that do what a button does: an element names its key in `data-hotkey`. Silent while somebody types. J and K (or the
// arrows) walk through the rows of a list.

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], dialog[open]");
}

function walk(step) {
  const links = [...document.querySelectorAll("[data-rows] a[data-row]")];
  if (links.length === 0) return false;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
  links[next].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const inRows = document.activeElement?.matches("[data-row]");
  if (key === "j" || (inRows && key === "ArrowDown")) {
    if (walk(1)) event.preventDefault();
  } else if (key === "k" || (inRows && key === "ArrowUp")) {
    if (walk(-1)) event.preventDefault();
  } else {
    const all = [...document.querySelectorAll(`[data-hotkey="${CSS.escape(key)}"]`)];
    const element = all.find((e) => e.checkVisibility()) ?? all[0];
    if (!element || (event.shiftKey && key !== "?")) return;
    event.preventDefault();
    element.click();
  }
});
