// What links and htmx leave to us at the deck: arrow keys, focus, and saying the new question.
const KEYS = { ArrowLeft: "previous", ArrowRight: "next" };
let pressed = "";

document.addEventListener("keydown", (event) => {
  const id = KEYS[event.key];
  if (!id || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.getElementById(id)?.click();
});

document.addEventListener("click", (event) => {
  pressed = event.target.closest("#deck .flip-ways a")?.id ?? "";
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
