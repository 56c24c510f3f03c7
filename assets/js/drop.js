// A file dropped on the page's form is sent as if it had been chosen; one that is too large is told before it travels.

const form = () => document.querySelector("[data-drop]");
const carries = (event) => event.dataTransfer?.types.includes("Files");

function send(target) {
  const file = target.querySelector("input[type=file]").files[0];
  const problem = target.querySelector("[data-problem]");
  const large = file && file.size > Number(target.dataset.limit);
  problem.hidden = !large;
  problem.querySelector("span").textContent = large ? target.dataset.textLarge : "";
  if (file && !large) target.requestSubmit();
}

document.addEventListener("dragover", (event) => {
  if (!form() || !carries(event)) return;
  event.preventDefault();
  form().classList.add("dragging");
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form()?.classList.remove("dragging");
});

document.addEventListener("drop", (event) => {
  const target = form();
  if (!target || !carries(event)) return;
  event.preventDefault();
  target.classList.remove("dragging");
  target.querySelector("input[type=file]").files = event.dataTransfer.files;
  send(target);
});

document.addEventListener("change", (event) => {
  const target = event.target.closest?.("[data-drop]");
  if (target && event.target.matches("input[type=file]")) send(target);
});
