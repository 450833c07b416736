// htmx: the token on every request, errors as toasts (never swapped in), signing in again.
import htmx from "htmx.org";
import { text, token } from "./page.js";
import { toast } from "./toasts.js";

window.htmx = htmx;
let signedOut = false;

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = token();
});

// htmx 4 swaps every answer. Ours: 2xx and 422 (a form with its mistakes) are content, the rest is told.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text: body } = event.detail.ctx;
  if (response.status < 400 || response.status === 422) return;
  event.preventDefault();
  tell(response.status, response.headers, body);
});

document.addEventListener("htmx:error", (event) => {
  const late = event.detail.ctx?.request?.signal?.reason === "timeout";
  if (event.detail.ctx) toast(text(late ? "timeout" : "offline"), { tone: "bad" });
});

export function tell(status, headers, body = "") {
  const plain = headers.get("Content-Type")?.startsWith("text/plain") && body.length < 300;
  if (status === 401) {
    signedOut = true;
    toast(text("signed_out"), { tone: "bad", href: location.href, action: text("sign_in"), newTab: true });
  } else if (status >= 500) {
    const id = headers.get("X-Error-Id");
    toast(id ? text("failed_id", { id }) : text("failed"), { tone: "bad" });
  } else {
    toast(plain && body ? body : text("forbidden"), { tone: "bad" });
    if (status === 403) renewToken();
  }
}

// Signing in elsewhere changes the token: forms that stayed open get the new one.
async function renewToken() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const value = fresh.querySelector("meta[name=csrf-token]")?.content;
  if (!value) return;
  document.querySelector("meta[name=csrf-token]").content = value;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = value;
  signedOut = false;
}

document.addEventListener("visibilitychange", () => {
  if (signedOut && document.visibilityState === "visible") renewToken();
});
window.addEventListener("online", () => document.body.classList.remove("offline"));
window.addEventListener("offline", () => {
  document.body.classList.add("offline");
  toast(text("offline"), { tone: "bad" });
});
