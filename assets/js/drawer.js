// The sidebar on a phone: it slides over the page, holds the focus, and closes by Esc, a touch beside it, its button or Back. It
// is an entry of the history without a page of its own. Without script the address #menu shows it.

const html = document.documentElement;
const phone = matchMedia("(max-width: 760px)");
const rest = () => document.querySelectorAll("#main, #bottom-nav, .skip");
// Not asked of the page's classes: those come anew with every page.
let opened = false;
const isOpen = () => opened;

function set(on) {
  opened = on;
  html.classList.toggle("drawer-open", on);
  for (const element of rest()) element.inert = on;
}

function show(on) {
  if (isOpen() === on) return;
  set(on);
  if (on) document.querySelector("#menu [data-drawer-close]").focus();
  else document.querySelector("#main [data-drawer-open]")?.focus();
}

function close() {
  if (history.state?.drawer) history.back();
  else show(false);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-drawer-open]")) {
    event.preventDefault();
    history.pushState({ ...history.state, drawer: true }, "");
    show(true);
  } else if (event.target.closest?.("[data-drawer-close]")) {
    event.preventDefault();
    close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen() && !event.defaultPrevented) {
    event.preventDefault();
    close();
  }
});

addEventListener("popstate", () => show(Boolean(history.state?.drawer) && phone.matches));
// Another page stands there: the drawer has led to it.
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx.nav) set(false); });
// Search and a wider window take its place.
document.addEventListener("click", (event) => { if (isOpen() && event.target.closest?.("[data-palette-open], [data-open]")) close(); }, true);
phone.addEventListener("change", () => { if (!phone.matches && isOpen()) close(); });
