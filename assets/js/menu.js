// Menus are details elements. Esc, a click elsewhere and opening another close them; Esc also closes the drawer.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (location.hash === "#menu") {
    location.hash = "#main";
  }
});

// A picked theme shows at once; the form tells the server, which answers with the cookie.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-look]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const html = document.documentElement;
  for (const [name, value] of body) {
    if (name !== "theme" && name !== "mode") continue;
    const old = [...html.classList].filter((c) => c.startsWith(`${name}-`));
    html.classList.remove(...old);
    html.classList.add(`${name}-${value}`);
    for (const button of document.querySelectorAll(`button[name=${name}]`)) {
      button.setAttribute("aria-pressed", String(button.value === value));
    }
  }
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
});
