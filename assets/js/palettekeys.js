// The keys of the search dialog, and what the pointer does there: arrows, Home and End walk through the list while the focus
// stays in the input, Tab goes on to the actions, → at the end of the text to the next kind of record.
import { dialog, enter, input, narrow, narrowed, open, options, scopeAt, select, selected } from "./palette.js";

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
    enter(event);
  } else if (event.key === "ArrowRight" && plain && value && selectionStart === value.length && selectionEnd === value.length) {
    narrow(scopeAt(1));
  } else if (event.key === "Backspace" && !value && narrowed()) {
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

// A pointer selects what it moves over, but not what the list moves under it.
document.addEventListener("pointermove", (event) => {
  const option = (event.movementX || event.movementY) && event.target.closest?.("#palette [role=option]");
  if (option && option !== selected()) select(option);
});
