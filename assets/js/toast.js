// Short news at the foot of the screen. The server renders `data-toast` into the page (it reads well there without
// script); here it moves into the corner, stays ten seconds, longer while it is pointed at or has the focus.

const SHOWN_MS = 10_000;

function box() {
  return document.getElementById("toasts");
}

function leave(element) {
  let timer;
  const start = () => { timer = setTimeout(() => element.remove(), SHOWN_MS); };
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) element.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) element.addEventListener(name, start);
  start();
}

/** Says `text`. */
export function toast(text) {
  if (!text) return;
  const element = document.createElement("div");
  element.className = "toast";
  const p = document.createElement("p");
  p.textContent = text;
  element.append(p);
  box()?.append(element);
  leave(element);
}

function adopt() {
  for (const element of document.querySelectorAll("[data-toast]")) {
    element.removeAttribute("data-toast");
    element.className = "toast";
    box()?.append(element);
    leave(element);
    // The address told of it once; coming back to the page must not tell it again.
    const url = new URL(location.href);
    if (url.searchParams.has("done")) {
      url.searchParams.delete("done");
      history.replaceState(history.state, "", url);
    }
  }
}

document.addEventListener("DOMContentLoaded", adopt);
document.addEventListener("htmx:after:swap", adopt);
document.addEventListener("toast", (event) => toast(event.detail?.value ?? event.detail?.text));
