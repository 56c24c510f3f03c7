// What one chooses shows at once and is told to the server behind it: light or dark, the sidebar put away, folded sections. The
// answer is a cookie, so the next page comes that way and nothing flashes.

const html = document.documentElement;

async function tell(body) {
  try { await fetch("/look", { method: "POST", body, redirect: "manual" }); } catch { /* Offline: it holds until the page is left. */ }
}

// A class of <html> and what the buttons say about it.
function show(name, value) {
  if (name === "side") {
    html.classList.toggle("side-off", value === "off");
    return;
  }
  html.classList.remove(...[...html.classList].filter((c) => c.startsWith(`${name}-`)));
  html.classList.add(`${name}-${value}`);
  for (const button of document.querySelectorAll(`button[name=${name}]`)) button.setAttribute("aria-pressed", String(button.value === value));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-look]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  for (const [name, value] of body) if (name === "mode" || name === "side") show(name, value);
  // The button that was pressed is gone now; its counterpart takes the focus.
  if (body.has("side")) document.querySelector(`[data-look] [name=side][value=${body.get("side") === "off" ? "on" : "off"}]`)?.focus();
  document.getElementById("main")?.setAttribute("data-look", html.className);
  tell(body);
});

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("[data-fold]")) return;
  const folded = [...document.querySelectorAll("[data-fold]:not([open])")].map((e) => e.dataset.fold).join("-");
  if (folded === known) return;
  known = folded;
  tell(new URLSearchParams({ folded }));
}, true);

let known = [...document.querySelectorAll("[data-fold]:not([open])")].map((e) => e.dataset.fold).join("-");

// Settings save themselves. A theme shows while it is being saved, and goes again if it can't be.
const notes = new WeakMap();
async function save(form, input) {
  const note = form.querySelector("[data-note]");
  const before = notes.get(form) ?? input.defaultValue;
  clearTimeout(Number(note.dataset.timer));
  note.textContent = "";
  if (!form.reportValidity()) return;
  if (input.name === "theme") show("theme", input.value);
  let problem = document.body.dataset.textOffline;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "HX-Request": "true" } });
    if (answer.ok) {
      notes.set(form, input.value);
      if (input.name === "workspace") document.getElementById("workspace-name").textContent = input.value.trim();
      document.getElementById("main")?.setAttribute("data-look", html.className);
      note.textContent = document.body.dataset.textSaved;
      note.dataset.timer = setTimeout(() => { note.textContent = ""; }, 4_000);
      return;
    }
    problem = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim();
  } catch { /* The sentence above says it. */ }
  const text = document.createElement("span");
  text.className = "text-red";
  text.textContent = problem;
  note.replaceChildren(text);
  if (input.name === "theme") {
    const old = form.querySelector(`input[value="${CSS.escape(before)}"]`) ?? form.querySelector("input[checked]");
    if (old) { old.checked = true; show("theme", old.value); }
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-autosave]");
  if (form) save(form, event.target);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  event.preventDefault();
  save(form, form.querySelector("input[name]:not([type=radio]), input:checked"));
});
