// Menus are details elements: Esc, a click elsewhere and opening another close them, arrows walk through them. A button that
// names a dialog opens it; a click on a dialog's backdrop closes it.

const open = () => document.querySelector("details.menu[open]");
const items = (menu) => [...menu.querySelectorAll(".menu-list :is(a[href], button)")].filter((e) => e.checkVisibility());

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest?.("[data-open]");
  if (opener) {
    event.preventDefault();
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    const dialog = document.getElementById(opener.dataset.open);
    if (!dialog.open) dialog.showModal();
  } else if (event.target.matches?.("dialog.sheet")) event.target.close();
});

document.addEventListener("keydown", (event) => {
  const menu = open();
  if (!menu) return;
  if (event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (menu.contains(document.activeElement) && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
    event.preventDefault();
    const all = items(menu);
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[event.key];
    all[(to + all.length) % all.length]?.focus();
  }
});

// Leaving a menu with Tab closes it.
document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
