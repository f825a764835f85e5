// What htmx leaves to us: one status line, focus after a swap, and no double sending.
// Every form works without this file.
const status = () => document.getElementById("status");

function say(text, kind) {
  const line = document.createElement("p");
  // The celebration says it in large letters; here it is said to screen readers.
  line.className = kind === "celebrate" ? "hide" : `aside aside-${kind}`;
  line.textContent = text;
  status().replaceChildren(line);
}

function buttonsOf(form, disabled) {
  for (const button of form.querySelectorAll("button")) button.disabled = disabled;
}

const allForms = () => document.querySelectorAll("form");

// A button that is disabled at once would not be sent along with its value.
document.addEventListener("submit", (event) => {
  const form = event.target;
  form.setAttribute("aria-busy", "true");
  setTimeout(() => buttonsOf(form, true));
});

function wake() {
  for (const form of allForms()) {
    form.removeAttribute("aria-busy");
    buttonsOf(form, false);
  }
}

// The Back button shows the page as it was left, with its buttons asleep.
addEventListener("pageshow", wake);
document.addEventListener("htmx:finally:request", wake);

document.addEventListener("htmx:after:swap", () => {
  const fresh = document.querySelector("#round [data-message]");
  if (fresh) say(fresh.dataset.message, fresh.dataset.kind);
  const heading = document.querySelector("#round [aria-invalid], #round [role=alert], #round [data-focus]");
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "center" });
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
