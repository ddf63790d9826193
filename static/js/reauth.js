// Signing in again over an open page. What stands on it stays, unless somebody else signs in: then it goes.
(() => {
  "use strict";

  const dialog = document.getElementById("reauth");
  if (!dialog) return;

  const tell = (name) => document.dispatchEvent(new CustomEvent(`session:${name}`));
  let place = null; // where the person was when the dialog opened
  let looked = false; // a stale token is renewed once; when that does not help, the refusal is meant

  const fragment = () => htmx.ajax("GET", dialog.dataset.url, { target: dialog, swap: "innerHTML" });

  // htmx calls back without waiting; only one dialog is opened, whoever asks.
  const ask = async () => {
    if (place) return;
    const at = document.activeElement;
    place = { at, from: at.selectionStart, to: at.selectionEnd };
    tell("asking");
    await fragment().catch(() => {});
    if (dialog.querySelector("form")) {
      dialog.showModal();
      return;
    }
    place = null;
    tell("away");
  };

  const drop = () => {
    tell("other");
    document.title = "";
    document.body.replaceChildren();
    location.replace(location.pathname + location.search);
  };

  const renew = (token) => {
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    document.querySelectorAll("[hx-headers]").forEach((one) => {
      const headers = JSON.parse(one.getAttribute("hx-headers"));
      one.setAttribute("hx-headers", JSON.stringify({ ...headers, "X-CSRFToken": token }));
    });
  };

  // Signing in elsewhere in this browser makes this page's token stale. The page itself, asked for anew, has a fresh
  // one, and says whose it is.
  const look = async () => {
    if (place || looked) {
      tell("left");
      return;
    }
    looked = true;
    tell("asking");
    const answer = await fetch(location.pathname + location.search).catch(() => null);
    if (!answer) {
      tell("away");
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const whose = page.body.dataset.user;
    if (whose && whose !== document.body.dataset.user) {
      drop();
      return;
    }
    const token = page.querySelector("main [name=csrfmiddlewaretoken]");
    if (!answer.ok || !whose || !token) {
      tell("left");
      return;
    }
    renew(token.value);
    tell("back");
  };

  document.addEventListener("session:over", ask);
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (dialog.contains(event.target)) return;
    if (status === 401) ask();
    if (status === 403) look();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) looked = false;
  });

  document.addEventListener("signed-in", () => {
    const done = document.getElementById("reauth-done");
    if (!done || !place) return;
    if (done.dataset.user !== document.body.dataset.user) {
      drop();
      return;
    }
    renew(done.dataset.csrf);
    const { at, from, to } = place;
    place = null;
    dialog.close();
    // Chromium gives the field its focus back, and then swallows what is typed until it has lost and regained it.
    at.blur();
    at.focus();
    if (typeof from === "number") at.setSelectionRange(from, to);
    tell("back");
  });

  // Closed without signing in: the text stays, unsaved, and the next try to save opens the dialog again.
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (!place) return;
    place = null;
    tell("left");
  });
})();
