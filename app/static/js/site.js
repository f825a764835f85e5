// What htmx leaves to us: one status line, focus after a swap, and no double sending.
// Every form works without this file.
const status = () => document.getElementById("status");

// The page shows these itself; here they are said to screen readers.
const UNSEEN = ["celebrate", "shuffle", "moved"];

function say(text, kind) {
  const line = document.createElement("p");
  line.className = UNSEEN.includes(kind) ? "hide" : `aside aside-${kind}`;
  line.textContent = text;
  status().replaceChildren(line);
}

function buttonsOf(form, disabled) {
  for (const button of form.querySelectorAll("button")) button.disabled = disabled;
}

// Without this file the page says how to print; a button that does nothing is not shown.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Without this file the text is marked and copied by hand, and so it is where a browser forbids it.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", () => {
    field.select();
    navigator.clipboard?.writeText(field.value).then(() => say(button.dataset.copied, "done"));
  });
}

// The link asks the server for another order; here the choice that is made stays made.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-shuffle]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const levels = link.closest("form").querySelector(".levels");
  for (const first of levels.querySelectorAll(".mission:first-child")) {
    const list = first.parentElement;
    for (let left = list.children.length; left > 0; left--) {
      list.append(list.children[Math.floor(Math.random() * left)]);
    }
  }
  levels.classList.add("shuffled");
  say(link.dataset.shuffle, "shuffle");
});

const allForms = () => document.querySelectorAll("form");

// A button that is disabled at once would not be sent along with its value.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // A file comes without a new page that would wake its buttons.
  if ("download" in form.dataset) return;
  form.setAttribute("aria-busy", "true");
  event.submitter?.classList.add("sending");
  setTimeout(() => buttonsOf(form, true));
});

function wake() {
  for (const form of allForms()) {
    form.removeAttribute("aria-busy");
    buttonsOf(form, false);
  }
  for (const button of document.querySelectorAll(".sending")) {
    button.classList.remove("sending");
    // A button that falls asleep loses the focus; whoever sends again should not have to look.
    if (document.activeElement === document.body) button.focus({ preventScroll: true });
  }
}

// What went wrong last time is no longer true of this time.
document.addEventListener("htmx:before:request", () => {
  status()?.querySelector(".aside-trouble")?.remove();
});

// The Back button shows the page as it was left, with its buttons asleep.
addEventListener("pageshow", wake);
document.addEventListener("htmx:finally:request", wake);

// An error page may have taken the place of the whole page; then its heading is the news.
const PAGE_NEWS = ["main h1"];
// What is wrong comes before the heading above it.
const ROUND_NEWS = ["#round [aria-invalid], #round [role=alert]", "#round [data-focus]"];

document.addEventListener("htmx:after:swap", (event) => {
  const answer = event.detail?.ctx;
  if (answer?.swap === "none") return;
  const fresh = document.querySelector("#round [data-message]");
  if (fresh) say(fresh.dataset.message, fresh.dataset.kind);
  // A refused form answers in its own place; what the last one achieved is no longer the news.
  else if (answer?.target?.id === "round") status().replaceChildren();
  // The cloth above the page is of the round's colour, as it would be on a page loaded anew.
  const round = document.querySelector("#round");
  const accent = round && [...round.classList].find((name) => name.startsWith("accent-"));
  if (accent) document.body.className = accent;
  const isWholePage = answer?.target === document.body || answer?.target === "body";
  const places = isWholePage ? PAGE_NEWS : ROUND_NEWS;
  const news = places.map((place) => document.querySelector(place)).find(Boolean);
  if (!news) return;
  if (news.tabIndex < 0) news.setAttribute("tabindex", "-1");
  news.focus({ preventScroll: true });
  news.scrollIntoView({ block: "center" });
});

function trouble() {
  say(status().dataset.trouble, "trouble");
  status().scrollIntoView({ block: "center" });
}

document.addEventListener("htmx:error", trouble);
document.addEventListener("htmx:response:error", (event) => {
  const answer = event.detail?.ctx?.response?.status ?? 0;
  if (answer >= 500 || answer === 0) trouble();
});
