// What links and htmx leave to us at the deck: arrow keys, focus, and saying the new question.
const KEYS = { ArrowLeft: "previous", ArrowRight: "next" };
let pressed = "";
let isFlipping = false;
let waiting = "";

document.addEventListener("keydown", (event) => {
  const id = KEYS[event.key];
  if (!id || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.getElementById(id)?.click();
});

// A new button that htmx does not know yet would load the whole page and lose the focus, so whoever
// is that quick waits for the card to lie.
document.addEventListener(
  "click",
  (event) => {
    const id = event.target.closest("#deck .flip-ways a")?.id ?? "";
    if (!id || !isFlipping || event.ctrlKey || event.metaKey || event.shiftKey) {
      pressed = id;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = id;
  },
  { capture: true },
);

document.addEventListener("htmx:before:request", () => {
  isFlipping = true;
});

document.addEventListener("htmx:finally:request", () => {
  isFlipping = false;
  const id = waiting;
  waiting = "";
  if (id) document.getElementById(id)?.click();
});

// The button that was pressed is new after the swap; whoever flips on should not have to look for it.
document.addEventListener("htmx:after:swap", () => {
  const question = document.getElementById("question");
  if (!pressed || !question) return;
  document.getElementById(pressed).focus({ preventScroll: true });
  const line = document.createElement("p");
  line.className = "hide";
  line.textContent = question.textContent;
  document.getElementById("status").replaceChildren(line);
  pressed = "";
});
