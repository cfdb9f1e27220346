// Each key presses what has it as `data-key`; a page without this script works by mouse and Tab.

/** The key as it is printed on a Latin keyboard: one in Korean sends ㅈ where that says w. */
function keyOf(event) {
  if (/^[\x20-\x7e]$|^Enter$/.test(event.key)) return event.key.toLowerCase();
  const printed = /^(?:Key|Digit)(.)$/.exec(event.code);
  return printed ? printed[1].toLowerCase() : event.key.toLowerCase();
}

function inText(element) {
  return element.matches("textarea, input:not([type=radio]):not([type=checkbox])");
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.isComposing) return;
  if (inText(target)) {
    if (event.key === "Escape") target.blur();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      document.querySelector("[data-key=Enter]")?.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const key = keyOf(event);
  // What has the focus answers to Enter itself.
  if (key === "enter" && target.matches("a, button")) return;
  const wanted = [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.toLowerCase() === key,
  );
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
  if (wanted.tagName !== "TEXTAREA") wanted.click();
});
