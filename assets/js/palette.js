// Search over everything, opened by Ctrl/Cmd-K, `/` or a click on the search link. htmx asks while one types and drops
// answers that a newer question has overtaken; here are the keys.

const dialog = () => document.getElementById("palette");
const options = () => [...dialog().querySelectorAll("[role=option]")];

function open() {
  const box = dialog();
  if (!box) return false;
  if (!box.open) box.showModal();
  const input = box.querySelector("input[type=search]");
  input.focus();
  input.select();
  return true;
}

function select(option) {
  const input = dialog().querySelector("input[type=search]");
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    if (open()) event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  const box = dialog();
  if (event.target === box || event.target.closest("[data-palette-close]")) {
    event.preventDefault();
    box.close();
  } else if (event.target.closest("[data-palette-open]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    if (open()) event.preventDefault();
  }
});

document.addEventListener("keydown", (event) => {
  const box = dialog();
  if (!box?.open || !box.contains(event.target)) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (all.length) select(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1) + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % all.length]);
  } else if (event.key === "Enter" && at >= 0 && event.target.matches("input")) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) window.open(all[at].href, "_blank", "noopener");
    else all[at].click();
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  const box = dialog();
  if (box?.open && box.contains(event.target)) select(options()[0]);
});
