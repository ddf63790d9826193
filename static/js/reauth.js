// Signing in again over an open page. What stands on it stays, unless somebody else signs in: then it goes.
(() => {
  "use strict";

  const dialog = document.getElementById("reauth");
  if (!dialog) return;

  const tell = (name) => document.dispatchEvent(new CustomEvent(`session:${name}`));
  const on = (name, deed) => document.addEventListener(name, deed);
  const here = location.pathname + location.search;
  let place = null; // where the person was when the dialog opened
  let looked = false; // a token is renewed once; if that does not help, the refusal is meant

  const ask = async () => {
    if (place) return;
    const at = document.activeElement;
    place = { at, from: at.selectionStart, to: at.selectionEnd };
    tell("asking");
    await htmx.ajax("GET", dialog.dataset.url, { target: dialog, swap: "innerHTML" }).catch(() => {});
    if (dialog.querySelector("form")) return dialog.showModal();
    place = null;
    tell("left");
  };

  // Whether it is the person whose page this is. If not, nothing of it stays.
  const same = (user) => {
    if (user === document.body.dataset.user) return true;
    tell("other");
    document.title = "";
    document.body.replaceChildren();
    location.replace(here);
    return false;
  };

  const renew = (token) => {
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    document.querySelectorAll("[hx-headers]").forEach((one) => {
      const headers = JSON.parse(one.getAttribute("hx-headers"));
      one.setAttribute("hx-headers", JSON.stringify({ ...headers, "X-CSRFToken": token }));
    });
    tell("back");
  };

  // Signing in elsewhere makes this page's token stale. The page, asked for anew, has a fresh one and says whose.
  const look = async () => {
    if (place || looked) return;
    looked = true;
    tell("asking");
    const text = await fetch(here).then((answer) => answer.text()).catch(() => "");
    const page = new DOMParser().parseFromString(text, "text/html");
    const { user } = page.body.dataset;
    const token = page.querySelector("main [name=csrfmiddlewaretoken]");
    if (user && !same(user)) return;
    if (user && token) renew(token.value);
    else tell("left");
  };

  on("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401) ask();
    if (status === 403) look();
  });
  on("htmx:afterRequest", (event) => {
    if (event.detail.successful) looked = false;
  });

  on("signed-in", () => {
    const done = document.getElementById("reauth-done");
    if (!done || !place || !same(done.dataset.user)) return;
    const { at, from, to } = place;
    place = null;
    dialog.close();
    // Without the blur, Chromium gives the focus back and then swallows what is typed.
    at.blur();
    at.focus();
    if (typeof from === "number") at.setSelectionRange(from, to);
    renew(done.dataset.csrf);
  });

  // Closed without signing in: the text stays, unsaved, and the next try to save opens the dialog again.
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (!place) return;
    place = null;
    tell("left");
  });
})();
