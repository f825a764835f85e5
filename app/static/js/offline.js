// A check-in that could not be sent stays in this browser until it can be, for its author alone.
// Every form works without this file.
const DRAFT = "draft:";

// Where a check-in can be written: whose it is, and the address that its form is sent to.
const place = () => document.querySelector("#round[data-owner]");
const keyOf = ({ dataset }) => `${DRAFT}${dataset.owner}:${dataset.checkIn}`;
const formOf = (round) => round.querySelector(`form[action="${round.dataset.checkIn}"]`);

function keep(form) {
  const round = place();
  if (!round || form !== formOf(round)) return;
  const typed = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  localStorage.setItem(keyOf(round), JSON.stringify(typed));
}

function forget() {
  const round = place();
  if (round) localStorage.removeItem(keyOf(round));
}

// On a shared computer the one before may have left without signing out.
function forgetOthers(owner) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(DRAFT) && !key.startsWith(`${DRAFT}${owner}:`)) localStorage.removeItem(key);
  }
}

function fill(form, typed) {
  for (const field of form.elements) {
    const values = typed.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values.length && field.type !== "hidden") field.value = values[0];
  }
  form.closest("details")?.setAttribute("open", "");
  for (const folded of form.querySelectorAll("details")) folded.open = true;
}

function restore() {
  const round = place();
  if (!round) return;
  forgetOthers(round.dataset.owner);
  const draft = localStorage.getItem(keyOf(round));
  if (!draft) return;
  const form = formOf(round);
  // No form: it arrived after all, or the round has closed.
  if (!form) return forget();
  fill(form, JSON.parse(draft));
  say(status().dataset.kept, "calm");
}

restore();
document.addEventListener("htmx:error", (event) => keep(event.detail?.ctx?.sourceElement));
document.addEventListener("htmx:response:error", (event) => {
  if ((event.detail?.ctx?.response?.status ?? 0) >= 500) keep(event.detail.ctx.sourceElement);
});
// Any answer that is shown carries what was typed, or shows that it is saved.
document.addEventListener("htmx:after:swap", forget);
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-forget")) localStorage.clear();
});

// Asked for in the page's language, so that the page to show without a network speaks it, too.
navigator.serviceWorker
  ?.register(`/service-worker.js?language=${document.documentElement.lang}`)
  .catch(() => {});
