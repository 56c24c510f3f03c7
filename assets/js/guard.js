// Where a form of many fields (`form[data-guard]`) has unsaved changes, one is asked before one leaves it.
let dirty = null;

document.addEventListener("input", (event) => {
  dirty = event.target.closest?.("form[data-guard]") ?? dirty;
});
document.addEventListener("submit", () => { dirty = null; });
document.addEventListener("nav:leave", (event) => {
  if (dirty?.isConnected && !confirm(document.body.dataset.textLeave)) event.preventDefault();
  else dirty = null;
});
addEventListener("beforeunload", (event) => { if (dirty?.isConnected) event.preventDefault(); });
