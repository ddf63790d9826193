// The page is covered when its session is over, until its person signs in again: then it is as it was.
// If somebody else signs in, it goes.
(() => {
  "use strict";

  const dialog = document.getElementById("reauth");
  if (!dialog) return;

  const root = document.documentElement.classList;
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`session:${name}`, { detail }));
  const on = (name, deed) => document.addEventListener(name, deed);
  const here = location.pathname + location.search;
  const part = document.getElementById("reauth-place");
  const noConnection = [...part.childNodes];
  let asking = false; // meanwhile nothing else is sent: a late answer would end the new session
  let coming = null; // the sign-in form, while it is fetched
  let place = null; // where the person was when the page was covered
  let looked = false; // a token is renewed once; if that does not help, the refusal is meant

  const wait = () => {
    asking = true;
    tell("asking");
  };
  const goOn = () => {
    if (asking) tell("back");
    asking = false;
  };
  const cover = () => {
    if (place) return;
    wait();
    const at = document.activeElement;
    place = { at, from: at.selectionStart, to: at.selectionEnd };
    root.add("covered");
  };
  const uncover = () => {
    if (!place) return;
    const { at, from, to } = place;
    place = null;
    root.remove("covered");
    dialog.close();
    part.replaceChildren(...noConnection);
    // Without the blur, Chromium gives the focus back and then swallows what is typed.
    at.blur();
    at.focus();
    if (typeof from === "number") at.setSelectionRange(from, to);
  };
  const open = () => dialog.open || dialog.showModal();
  const signIn = async () => {
    cover();
    if (part.querySelector("form")) return open();
    // one form, however many ask for it: a second one would wipe what is being typed into the first
    coming ??= htmx.ajax("GET", dialog.dataset.form, { target: part, swap: "innerHTML" }).catch(() => {});
    await coming;
    coming = null;
    open();
  };

  const ask = (method = "GET") => {
    const headers = { "HX-Request": "true", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value };
    return fetch(dialog.dataset.left, { method, headers }).catch(() => ({}));
  };
  // Only the server knows: another tab may have kept the session, or ended it, or belong to somebody else by now.
  const check = async () => {
    const answer = await ask();
    if (answer.status === 401) return signIn();
    if (!answer.ok) return place ? open() : goOn();
    const { user, token, left } = await answer.json();
    if (user !== document.body.dataset.user) {
      tell("other");
      document.title = "";
      document.body.replaceChildren();
      return location.replace(here);
    }
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    document.querySelectorAll("[hx-headers]").forEach((one) => {
      const headers = JSON.parse(one.getAttribute("hx-headers"));
      one.setAttribute("hx-headers", JSON.stringify({ ...headers, "X-CSRFToken": token }));
    });
    uncover();
    goOn();
    tell("left", left);
  };

  on("session:check", check);
  on("session:over", () => {
    cover();
    check();
  });
  on("session:stay", async () => {
    await ask("POST");
    check();
  });
  on("session:new", signIn);
  on("signed-in", check);
  on("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401) {
      cover();
      check();
    }
    if (status === 403 && !asking && !looked) {
      looked = true;
      wait();
      check();
    }
  });
  on("htmx:afterRequest", (event) => {
    if (event.detail.successful) looked = false;
  });

  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-again]")) check();
  });
  // There is no way round it but to sign in, or to leave.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => {
    if (place) dialog.showModal();
  });
})();
