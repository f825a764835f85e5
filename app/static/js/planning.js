// Dragging challenges, and counting the calendar anew by itself. Every button works without this.
const NEAR_AN_EDGE = 80;
const SCROLL_STEP = 14;
const list = () => document.getElementById("challenges");
const placeOf = (item) => [...list().children].indexOf(item);
let held = "";
let moved = "";

const recount = () => document.getElementById("recount")?.click();
const middle = (item) => item.getBoundingClientRect().top + item.offsetHeight / 2;

function tellPlace(slug) {
  const item = document.getElementById(`challenge-${slug}`);
  if (!item) return;
  const place = Number(list().dataset.first) + placeOf(item);
  const words = list().dataset.moved.replace("{title}", item.dataset.title);
  say(words.replace("{place}", place), "moved");
}

function showGrips() {
  for (const grip of list()?.querySelectorAll(".grip") ?? []) grip.hidden = false;
}

// The one that is dragged stays where it is in the document, the others step around it: a finger
// that holds it never loses it.
function follow(item, y) {
  while (item.previousElementSibling && y < middle(item.previousElementSibling)) {
    item.after(item.previousElementSibling);
  }
  while (item.nextElementSibling && y > middle(item.nextElementSibling)) {
    item.before(item.nextElementSibling);
  }
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("#challenges .grip");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  const item = grip.closest("li");
  const before = placeOf(item);
  item.classList.add("dragged");
  grip.setPointerCapture(event.pointerId);
  const drag = ({ clientY }) => {
    if (clientY < NEAR_AN_EDGE) scrollBy(0, -SCROLL_STEP);
    if (clientY > innerHeight - NEAR_AN_EDGE) scrollBy(0, SCROLL_STEP);
    follow(item, clientY);
  };
  const drop = () => {
    grip.removeEventListener("pointermove", drag);
    item.classList.remove("dragged");
    if (placeOf(item) === before) return;
    moved = item.id.replace("challenge-", "");
    recount();
  };
  grip.addEventListener("pointermove", drag);
  grip.addEventListener("lostpointercapture", drop, { once: true });
});

document.addEventListener("change", (event) => {
  if (event.target.matches("#plan [name='rest']")) recount();
});

document.addEventListener("focusout", (event) => {
  const { target } = event;
  if (target.id === "start" && target.value && target.value !== target.defaultValue) recount();
});

document.addEventListener("click", (event) => {
  const [, verb, slug] = event.target.closest?.("#plan .order button")?.id.match(/^(\w+)-(.+)$/) ?? [];
  if (slug) moved = verb === "out" ? "" : slug;
});

document.addEventListener("htmx:before:swap", () => {
  held = document.activeElement?.id ?? "";
});

// What was pressed is new, at the end of its way, or in the other list.
function heirOf(id) {
  const [, verb, slug] = id.match(/^(up|down|out|in)-(.+)$/) ?? [];
  const others = { up: "down", down: "up", out: "in", in: "up" };
  const choices = slug ? [id, `${others[verb]}-${slug}`, `down-${slug}`] : [id];
  return choices.map((each) => document.getElementById(each)).find(Boolean);
}

document.addEventListener("htmx:after:swap", () => {
  showGrips();
  if (held) heirOf(held)?.focus({ preventScroll: true });
  if (moved) tellPlace(moved);
  held = moved = "";
});

showGrips();
